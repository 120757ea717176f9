/**
 * Every code of an error, in the words of docs/error-codes.md, which `npm run docs` writes from here. Codes are a contract with
 * scripts: a new one is added here first. Types only: nothing of this file is loaded.
 */
export type ErrorCode =
  | 'unexpected' // internal error: please report it
  // The command line
  | 'usage' // unknown command or option, missing or unexpected argument, empty value
  | 'bad_flag' // an option that takes a number has another value
  | 'bad_limit' // a limit is not an amount in US dollars
  | 'bad_expiry' // an expiration is not a date, a time or a span, or lies in the past
  | 'bad_period' // usage: the period is not one, lies in the future or is longer than 365 days
  | 'bad_time' // a value of --created-before, --created-after or --off-until is not a date, a time or a span
  | 'bad_over' // a value of --over is neither US dollars nor a percentage
  | 'bad_hash' // a value of --hash is not a hash or its first characters
  | 'bad_password' // a password is empty, or too short or too long
  | 'bad_name' // a key name is empty or longer than 100 characters
  | 'bad_prefix' // a prefix cannot name a folder, or is reserved
  | 'bad_path' // Windows: a path contains a quotation mark or a name that Windows does not allow
  | 'no_prefix' // no prefix was given and none can be taken from the file name
  | 'no_name' // the name of a new key is empty
  | 'contradiction' // two options cannot be combined
  | 'invalid_column_flag' // a value of --column is not role=heading
  | 'unknown_client' // --client names a client that handout does not know
  | 'bad_model' // a value of --model is not the slug of a model
  | 'bad_template' // a template has unknown placeholders; `issues` lists them
  | 'bad_address' // a value of --reply-to or mail test --to is not an email address
  | 'bad_worksheet' // handout moodle: the file is no grading worksheet, or of an assignment with group submissions
  | 'note_too_long' // --note has more text than a slip has room for
  | 'unknown_field' // --fields names a field that does not exist
  | 'cancelled' // Ctrl-C at a question; nothing was changed
  | 'no_terminal' // start: its questions need a terminal
  | 'confirmation_needed' // no terminal to confirm on: add --yes
  | 'reveal_needs_terminal' // --reveal works only on a terminal
  | 'expiry_cannot_change' // update --expires: the expiration of a key is fixed
  | 'nothing_to_change' // update was given no setting
  | 'one_name_only' // --rename with more than one key selected
  // Saved management keys
  | 'bad_profile' // a profile name has characters that are not allowed
  | 'unknown_profile' // no such profile on this computer
  | 'profile_of_another' // the management key of the profile was saved for another base URL
  | 'profiles_file' // profiles.json is damaged, or from a newer version of orkeys
  | 'no_key_store' // this computer has no key store that orkeys can use
  | 'key_store_locked' // the key store is locked, or cannot be opened from here
  | 'key_store_failed' // the key store reported an error, or returned another secret than was saved
  | 'key_not_stored' // the key store no longer has the secret of a profile
  | 'no_secret_given' // login: nothing was typed, or standard input was empty
  | 'no_mail_server' // login --smtp: ORKEYS_SMTP_URL names no user of a mail server
  // Which keys and which workshop
  | 'no_selection' // a command that changes keys was not told which
  | 'nothing_selected' // no key matches
  | 'only_unknown' // keys match by name only: the workshop did not create them (--also-unknown includes them)
  | 'unknown_key' // show: no such key
  | 'ambiguous_key' // show: more than one key matches; `issues` lists them
  | 'no_secret' // show --reveal or --copy: the secret is not saved on this computer, or no longer
  | 'no_clipboard' // show --copy: no clipboard program, or it failed
  | 'ambiguous_hash' // the first characters of a hash match more than one key; `issues` lists them
  | 'keys_remain' // purge: keys of the workshop are still on the account
  | 'exists' // create: a key with this name exists
  | 'expired' // rotate: a new key would have an expiration that has passed
  | 'bad_where' // a value of --where is not a column heading, =, != or ~, and a value
  | 'unknown_value' // --where names a value that no participant has
  | 'unknown_workspace' // no such workspace on the account
  | 'unknown_workshop' // doctor: no such workshop in the output folder
  | 'no_workshop' // no workshop in the output folder
  | 'which_workshop' // more than one workshop, and none was named
  // The roster
  | 'not_found' // no such file
  | 'not_readable' // the file cannot be read, or is open in another program
  | 'not_xlsx' // another kind of file: .xls, .ods, .docx, PDF, HTML, text with a wrong extension
  | 'encrypted' // the workbook is protected with a password
  | 'corrupt' // the workbook is damaged or incomplete
  | 'too_big' // the file takes too much time or memory to read
  | 'encoding' // the characters of a CSV file cannot be read
  | 'no_rows' // no rows below the header row
  | 'no_header' // no header row
  | 'no_email_column' // no column of email addresses
  | 'no_keys' // import: the file contains no OpenRouter keys
  | 'no_participants' // every row has a problem
  | 'empty_roster' // the roster has no participants
  | 'roster_problems' // rows have problems, listed in `issues`; nothing was changed
  | 'no_groups' // --per group: the roster does not say who is in which group
  | 'per_other' // the workshop has one key per group and the command makes one per participant, or the other way around
  | 'unknown_sheet' // no such sheet
  | 'unknown_column' // no such column
  | 'ambiguous_sheet' // more than one sheet has a roster
  // Tiers
  | 'bad_tiers' // a tiers file cannot be used: `issues` lists what is wrong with it
  | 'unknown_tier' // rows of the roster name no tier of the file; `issues` lists them all
  | 'no_tiers' // tiers show: no tiers were applied to the workshop
  | 'no_guardrails' // OpenRouter does not offer guardrails to this account or key
  // Budgets of a workspace
  | 'bad_budgets' // budgets cannot be set like this: `issues` lists what is wrong
  | 'no_budgets' // OpenRouter does not offer budgets to this account: they need the Enterprise plan
  // Management key and settings
  | 'no_management_key' // no management key is set
  | 'bad_management_key' // the management key contains characters that are not allowed in a key
  | 'not_management_key' // the key is a regular API key
  | 'unauthorized' // OpenRouter rejected the key (401)
  | 'env_file' // .env cannot be read
  | 'bad_base_url' // ORKEYS_BASE_URL is not an allowed URL
  | 'bad_proxy' // HTTPS_PROXY is not the URL of a proxy
  | 'bad_header' // ORKEYS_HTTP_REFERER, ORKEYS_TITLE or ORKEYS_CATEGORIES cannot be sent as a header
  | 'mail_settings' // the settings of the mail server are missing or wrong; `issues` lists what
  | 'mail_login' // the mail server refused the login, or wants one
  | 'mail_certificate' // the certificate of the mail server cannot be trusted
  | 'mail_not_encrypted' // the mail server offers no TLS
  | 'mail_test' // mail test: the mail server did not accept the test
  | 'mail_sender' // the mail server refused the address in ORKEYS_MAIL_FROM
  | 'mail_later' // the mail server asked for later several times
  | 'mail_policy' // the mail server refused several mails in a row with the same words
  | 'mail_in_doubt' // the connection was lost in the middle of several mails in a row
  | 'mail_unreachable' // no connection to the mail server, or it takes no mail at the moment
  | 'insecure_tls' // NODE_TLS_REJECT_UNAUTHORIZED=0 is set
  // OpenRouter and the network
  | 'unreachable' // no connection to OpenRouter
  | 'rate_limited' // OpenRouter stayed rate limited (429)
  | 'unavailable' // OpenRouter stayed unavailable (5xx)
  | 'timeout' // no response in time
  | 'tls_failure' // the certificate of the server cannot be trusted
  | 'captive_portal' // a web page answers instead of OpenRouter
  | 'redirected' // the server redirects elsewhere
  | 'wrong_base_url' // the path does not exist on the server (404)
  | 'no_credit' // the account has no credit (402)
  | 'unexpected_answer' // a response that orkeys does not understand
  | 'unreadable_answers' // several responses in a row had no readable secret; no more keys were created
  | 'endless_listing' // the list of keys does not end
  | 'incomplete_listing' // the list of keys is incomplete, so nothing was decided from it
  | 'changed_meanwhile' // another run changed the selected keys in the meantime
  | 'interrupted' // stopped by Ctrl-C, SIGTERM or SIGHUP
  // The journal of a workshop
  | 'locked' // another run uses the workshop
  | 'journal_damaged' // lines of the journal are damaged; `issues` lists them
  | 'journal_missing' // the workshop has keys.json, but no journal
  | 'journal_behind' // keys.json has keys that the journal does not know
  | 'journal_newer' // a newer orkeys wrote the journal
  | 'log_damaged' // lines of usage.jsonl or handouts.jsonl are damaged
  | 'log_newer' // a newer orkeys wrote usage.jsonl or handouts.jsonl
  | 'journal_of_another' // the journal belongs to another prefix, address or account
  | 'journal_failed' // the journal could not be written; no more keys were created
  | 'keys_unreadable' // journal rebuild: no readable keys.json
  // Files
  | 'cannot_read' // a file of the workshop cannot be read
  | 'output_failed' // cannot write to standard output
  | 'output_not_saved' // a file could not be saved
  | 'output_busy' // the file is open in another program
  | 'output_vanished' // the output folder or file is no longer there
  | 'output_is_link' // the file to save is a symbolic link
  | 'not_yours' // a file or folder for secrets belongs to another user
  | 'writable_by_others' // other users can change a file or folder for secrets
  | 'has_second_name' // a file for secrets has a second name (a hard link)
  | 'output_not_a_file' // the file to save is a folder, a pipe or a device
  | 'not_a_folder' // the output folder is not a folder
  | 'not_writable' // no permission to write to the output folder
  | 'no_permission' // the system does not permit it
  | 'read_only' // the file system is read-only
  | 'disk_full' // the disk or the quota is full
  | 'disk_failed' // the disk reported an error
  | 'disk_gone' // the disk or the network folder is no longer there
  | 'name_too_long' // the path is too long
  | 'name_not_allowed' // the file system does not accept the name
  | 'too_many_files' // too many files are open
  | 'git_tracked' // git tracks the keys
  | 'git_not_ignored' // git does not ignore the keys
  | 'git_unchecked' // orkeys cannot tell whether git would track the keys
  // A shared workshop
  | 'bad_share_url' // the address of the database cannot be used, or has a password in an argument
  | 'share_unreachable' // no connection to the database, or it stopped answering
  | 'share_login' // the database refused the role or its password
  | 'share_password' // the password is not one of the shared workshop
  | 'share_tls' // the database did not prove with a certificate who it is
  | 'share_not_set_up' // the database has no tables of orkeys
  | 'share_newer' // the tables or the workshop in the database were written by a newer orkeys
  | 'share_no_workshop' // the database has no such workshop
  | 'share_not_joined' // shared.json names a database that nobody on this computer named for this workshop
  | 'share_exists' // the database, or this folder, has a workshop with this prefix already
  | 'share_no_permission' // the database role may not do this
  | 'share_read_only' // the database is read-only, as a replica is
  | 'share_unsafe' // the database may forget what it said was saved, or is too old
  | 'share_password_unknown' // share password remove: nobody of that name has a password
  | 'share_last_password' // share password remove: the only one
  | 'share_failed' // the database reported another error
  | 'share_damaged' // a line in the database is not what a member of the workshop wrote
  | 'share_behind' // the database lacks lines that this computer saw: it is an older copy
  | 'share_forked' // the folder of a shared workshop has a journal of its own, or its database went on without lines that were seen here
  | 'share_unfinished' // share start or share leave was interrupted
  | 'share_taken_over' // another run took the workshop over, because this one did not answer
  | 'share_closed' // the workshop was taken out of the database
  | 'not_shared' // the workshop is not shared
  // The sandbox
  | 'sandbox_state' // the sandbox account cannot be read
  | 'sandbox_failed' // the sandbox could not start
  | 'state_file_unusable' // the file of --state is not a sandbox account, or is damaged
  | 'state_file_not_writable' // the file of --state cannot be written
  | 'port_in_use' // the port is in use
  | 'port_not_allowed'; // no permission to use the port
