// See error-codes.ts.

/** Codes of the single rows in `issues`, and of problems and notices in a roster. */
export type IssueCode =
  // Problems of a roster: such a row gets no key
  | 'no_email' // the row has no email address
  | 'no_name' // the row has no name
  | 'invalid_email' // not an email address
  | 'lookalike_letters' // the address has letters that only look like Latin ones
  | 'invalid_limit' // the limit is not an amount in US dollars
  | 'invalid_expiry' // the expiration is not a date
  | 'name_too_long' // the name has more than 200 characters
  | 'cell_error' // the cell has an error such as #N/A
  | 'formula_without_value' // the formula has no saved result
  | 'several_people' // the row has several participants, and it is not certain which address is whose
  | 'skipped_above' // a row with an address above the list cannot be read
  | 'address_elsewhere' // the row has only an address, in another column
  | 'unusable_row' // the row cannot be used for another reason
  | 'same_email_different_names' // different names share an email address
  | 'conflicting_limit' // rows of one participant have different limits
  | 'conflicting_expires' // rows of one participant have different expirations
  | 'conflicting_tier' // rows of one participant have different tiers
  | 'no_group' // --per group: the row names no group
  | 'groups_alike' // --per group: two groups would give their keys the same name
  | 'group_differs' // --per group: rows of a group have different limits, expirations or tiers
  | 'ambiguous_sheet' // a sheet that has a roster too
  // Notices of a roster
  | 'duplicate' // a participant is listed more than once
  | 'duplicate_similar_name' // the same address with a similar name
  | 'same_name' // two participants have the same name
  | 'two_groups' // rows of one participant have different groups; with --per group a problem
  | 'garbled_name' // the name has characters of a wrong encoding
  | 'limit_read' // how a limit was read
  | 'email_by_content' // the email column was found by its content
  | 'name_by_content' // the columns of names were found by their content
  | 'no_header' // there is no header row
  | 'no_name_column' // there is no column of names
  | 'other_email_column' // a further column of email addresses was not used
  | 'other_email_used' // the only email column seems to belong to other people
  | 'link_used' // the address was taken from the link behind the text
  | 'link_differs' // the link behind the text has another address
  | 'has_api_keys' // the roster has a column of keys from an earlier run
  | 'hidden_rows' // hidden rows were read
  | 'hidden_sheet' // hidden sheets were skipped
  | 'unread_sheet' // another sheet has email addresses, but was not read
  | 'second_header' // a second header row with other columns; the rows below it count too
  | 'skipped_header' // a repeated header row was skipped
  | 'skipped_heading' // a heading between rows was skipped
  | 'skipped_note' // a note was skipped
  | 'skipped_platform' // a row that a form or platform added was skipped
  | 'skipped_total' // a row of totals was skipped
  | 'status_left_out' // the status says that the participant is not coming; --include-status brings the row in
  | 'status_unclear' // the status is pending or unclear; the row gets a key
  | 'role_left_out' // the role is left out by --exclude-role
  | 'role_staff' // a teacher or assistant among learners; the row gets a key
  | 'several_names' // a row that may hold several people counts as one participant
  | 'several_people_split' // a row or cell with several participants was read as one participant each
  | 'shared_address' // an address that most rows have is somebody else's
  | 'other_address' // an address in a column of other people was not used
  | 'labeled_address' // an address with a label such as "cc:" was not used
  | 'beside_address' // text beside an address was not used
  | 'remark' // a remark behind a name or an address
  | 'struck_out' // the row, the name or the address is crossed out; the row gets a key
  | 'unlikely_limits' // a column of amounts that are hardly limits of keys was not used
  | 'unlikely_expirations' // a column of expirations that are hardly those of keys was not used
  | 'high_limit' // a limit above $100
  | 'skipped_more' // more rows were skipped
  | 'encoding_guessed' // the encoding of a CSV file was guessed
  // Tiers
  | 'bad_tier' // a part of a tiers file is wrong
  | 'unknown_model' // OpenRouter has no such model
  | 'model_alias' // an alias means another model tomorrow
  | 'model_expires' // the model is offered until a date
  | 'model_twice' // a model is listed twice
  | 'unknown_tier' // the roster names a tier that the file does not have
  | 'no_tier' // the roster names no tier, and the file has no default
  // Budgets of a workspace
  | 'bad_amount' // not an amount in US dollars above 0
  | 'budget_order' // the budget of a longer period is not the larger one
  // Rows of other errors
  | 'candidate' // a key that matches too
  | 'expired' // a key whose expiration has passed
  | 'unknown_placeholder' // a placeholder of a template that does not exist
  | 'bad_setting' // a setting of the mail server
  | 'damaged_line' // a damaged line of the journal
  | 'note' // what to know about the selection
  | 'unread' // a journal or file that could not be read
  | 'refused'; // OpenRouter refused the change
