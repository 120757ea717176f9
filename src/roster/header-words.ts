import { plainWords } from './clean-text.ts';
import type { ColumnRole } from './participant.ts';
import { PLAIN_LETTER, plainPattern, wholeWords } from './plain-pattern.ts';

/** How a role's column may be headed. Words are matched without case, diacritics and punctuation, so `E-mail *` is `e mail`. */
export interface RoleWords {
  role: ColumnRole;
  /** whole headers */
  exact: ReadonlySet<string>;
  /** inside longer headers */
  within?: RegExp;
  /** headers that have the word and mean something else */
  never?: RegExp;
  surnameFirst?: RegExp;
  /** headers so general that the other columns decide */
  vague?: ReadonlySet<string>;
}

/** A list of headers, parted by `|`. */
function headers(list: string): ReadonlySet<string> {
  return new Set(plainList(list));
}

/** Any of these words or beginnings (with `*`), as a whole word. */
export function anyOf(list: string): RegExp {
  const words = plainList(list.replaceAll('*', 'ZZZ')).join('|');
  return new RegExp(wholeWords(words.replaceAll('zzz', `${PLAIN_LETTER}*`)));
}

/** All words in one go: one by one, that would be some thousand calls at each reading. */
function plainList(list: string): string[] {
  return plainWords(list.replaceAll('|', ' QQQ ')).split(' qqq ');
}

const SURNAME =
  'surname|last name|lastname|family name|uzvārd*|nachname*|familienname*|zuname|nom de famille|apellido*|фамили*|pavardė|pavarde|perekonnanimi|perenimi|nazwisk*|прізвищ*|efternamn*|cognome|sukunimi|achternaam|apelido|sobrenome|příjmení|priezvisko|etternavn|efternavn|vezetéknév|családnév|nume de familie|numele de familie|επώνυμο|επίθετο|soyad|soyadı|soyadınız|soyisim|prezime|tussenvoegsel en achternaam|姓|名字 姓|성|اسم العائلة|اللقب|שם משפחה';
const GIVEN =
  'first name*|firstname|given name*|forename*|vārd*|vorname*|rufname|prénom*|prenom*|nombre|nombres|имя|имени|vardas|vardai|eesnimi|imię|imie|imiona|імя|ім я|förnamn*|tilltalsnamn|fornavn*|nome|etunimi|voornaam|primeiro nome|nome próprio|jméno|křestní jméno|meno|krstné meno|keresztnév|utónév|prenume|prenumele|όνομα|ad|adı|adınız|isim|isminiz|ime|名|名前|이름|الاسم الأول|שם פרטי';
const FULL =
  'full name|fullname|whole name|name and surname|vārds uzvārds|pilns vārds|pilnais vārds|vollständiger name|nom complet|nombre completo|фио|ф и о|полное имя|піб|п і б|повне імя|повне ім я|vardas pavardė|vardas ir pavardė|täisnimi|täielik nimi|ees ja perekonnanimi|ees ja perenimi|eesnimi ja perenimi|vor und zuname|vor und familienname|nominativo|imię i nazwisko|nazwisko i imię|fullständigt namn|hela namnet|nome completo|nome e cognome|koko nimi|volledige naam|celé jméno|jméno a příjmení|meno a priezvisko|celé meno|teljes név|név|nume și prenume|nume complet|ονοματεπώνυμο|ad soyad|adı soyadı|adınız soyadınız|isim soyisim|ime i prezime|nome completo|nimi kokonaan|fulde navn|fullt navn|navn|氏名|お名前|姓名|名前 フルネーム|성명|성함|الاسم الكامل|الاسم|שם מלא';

/** What "University name" has not: it is as general as "Name". So are words for a given name that are also those for any name. */
export const GIVEN_NAME = anyOf(
  GIVEN.split('|')
    .filter(
      (word) => !/^(?:nombres?|nome|ad|adı|adınız|isim|isminiz|ime|όνομα|имя|имени|vardas|名|名前|이름)$/u.test(word),
    )
    .join('|'),
);

/** In the order in which they are tried: a header with two meanings takes the first. */
export const ROLE_WORDS: readonly RoleWords[] = [
  {
    role: 'api_key',
    exact: headers('api_key|api key|apikey|openrouter key|openrouter api key|api atslēga|api-schlüssel'),
  },
  {
    role: 'email',
    exact: headers(
      'email|e-mail|mail|emails|e-mails|mails|email address|e-mail address|mail address|email id|epasts|e-pasts|e-pasta adrese|epasta adrese|elektroniskais pasts|elektroniskā pasta adrese|e-mail-adresse|emailadresse|mailadresse|courriel|adresse mail|adresse électronique|mél|mel|correo|correo electrónico|dirección de correo|email адрес|почта|электронная почта|эл. почта|эл почта|e-mail адрес|имейл|емейл|мейл|почтовый адрес|el. paštas|el paštas|elektroninis paštas|el. pašto adresas|e-post|epost|e-posti aadress|meil|meiliaadress|e-poçta|poczta elektroniczna|adres e-mail|adres email|електронна пошта|ел. пошта|ел пошта|пошта|е-пошта|e-postadress|mejl|mejladress|posta elettronica|indirizzo email|sähköposti|sähköpostiosoite|e-mailadres|endereço de email|correio eletrónico|correio eletrônico|e-mailová adresa|eposta|e-posta|gmail|электронный адрес|електронна адреса|elektronpost|e-posta adresi|mail adresi|elektronik posta|e-mail cím|email cím|e-mail címe|adresă de email|adresa de e-mail|ηλεκτρονικό ταχυδρομείο|διεύθυνση email|e-pošta|e-mail adresa|epošta|メール|メールアドレス|eメール|邮箱|电子邮箱|电子邮件|邮件地址|電子郵件|이메일|이메일 주소|메일|البريد الإلكتروني|البريد الالكتروني|بريد إلكتروني|דואר אלקטרוני|אימייל|כתובת מייל|כתובת אימייל|מייל|email aadress|e-mailcím|e-postadresse|mailadresse|indirizzo e-mail|endereço de e-mail|correo electronico',
    ),
    within: plainPattern(
      /(?<![\p{L}\p{N}])(?:e ?mail\p{L}*|mail|mails|e ?past\p{L}*|courriel\p{L}*|correo|e ?post\p{L}*|mejl\p{L}*|el\p{L}* past\p{L}*|эл\p{L}* почт\p{L}*|почт\p{L}*|имеил\p{L}*|емеил\p{L}*|ел\p{L}* пошт\p{L}*|пошт\p{L}*|sahkopost\p{L}*|poczt\p{L}*|posta elettronica|elektronisk\p{L}* past\p{L}*)(?![\p{L}\p{N}])/u,
    ),
    never: plainPattern(
      /(?<![\p{L}\p{N}])(?:mailing|opt ?in|marketing|status|verified|permission|consent|subscri\p{L}*|sent|opened|clicked|bounced|type|domain|count|date|newsletter|unsubscribe\p{L}*|postal|piekrit\p{L}*|piekriš\p{L}*|format)(?![\p{L}\p{N}])/u,
    ),
  },
  {
    role: 'full_name',
    exact: headers(
      `${FULL.replaceAll('*', '')}|vārds, uzvārds|vārds un uzvārds|uzvārds, vārds|uzvārds vārds|uzvārds un vārds|name surname|surname name|last name, first name|first and last name|first name and last name|first name last name|name, first name|vorname nachname|vor- und nachname|vorname und nachname|name, vorname|nachname, vorname|nachname vorname|prénom nom|nom prénom|nom et prénom|prénom et nom|nom, prénom|nombre y apellido|nombre y apellidos|apellidos y nombre|apellidos, nombre|nombres y apellidos|имя фамилия|фамилия имя|имя и фамилия|фамилия и имя|фамилия, имя|фамилия имя отчество|фамилия, имя, отчество|pavardė vardas|pavardė, vardas|pavardė ir vardas|vardas, pavardė|eesnimi ja perekonnanimi|ees- ja perekonnanimi|nimi|imię nazwisko|nazwisko imię|imię, nazwisko|прізвище та імя|прізвище та ім'я|прізвище ім'я|ім'я та прізвище|ім'я прізвище|прізвище, ім'я|прізвище ім'я по батькові|för- och efternamn|förnamn efternamn|namn|cognome e nome|nome cognome|student|student name|participant name|attendee name|user name|user full name|display name|name original name|participant|attendee|dalībnieks|dalībnieka vārds uzvārds|studējošais|students|teilnehmer|teilnehmer:in|teilnehmerin|teilnehmer/in|teilnehmende|teilnehmende:r|teilnehmername|name teilnehmer|участник|студент|учасник|deltagare|osaleja|dalyvis|uczestnik|naam`,
    ),
    within: new RegExp(
      `${anyOf(FULL).source}|name .*surname|surname .*name|(?:${anyOf(GIVEN).source}.*${anyOf(SURNAME).source})|(?:${anyOf(SURNAME).source}.*${anyOf(GIVEN).source})`,
    ),
    never: plainPattern(
      /(?<![\p{L}\p{N}])(?:company|file|course|group|event|ticket|institution|nickname|pronoun\p{L}*|uznemum\p{L}*)(?![\p{L}\p{N}])/u,
    ),
    surnameFirst: new RegExp(
      `^(?:${anyOf(SURNAME).source}|${anyOf('фио|ф и о|піб|п і б|név|teljes név').source}|name vorname|nom prenom|nom et prenom|name first name)|^[^\\n]{0,40}${anyOf(SURNAME).source}.*${anyOf(GIVEN).source}`,
    ),
    vague: headers(
      'nimi|namn|naam|student|students|participant|attendee|user name|display name|teilnehmer|участник|студент',
    ),
  },
  {
    role: 'surname',
    exact: headers(
      `${SURNAME.replaceAll('*', '')}|uzvārds|nachname|familienname|apellidos|apellido|фамилия|nazwisko|прізвище|efternamn|last|family`,
    ),
    within: anyOf(SURNAME),
    never: anyOf('maiden|birth|mother*|dzimtais|geburtsname'),
  },
  {
    role: 'tier',
    exact: headers(
      'tier|tiers|tier name|model tier|models tier|access tier|usage tier|key tier|api tier|ai tier|llm tier|user tier|service tier|modellstufe|zugangsstufe|nutzungsstufe|niveau d accès|niveau d usage|nivel de acceso|nivel de uso|piekļuves līmenis|modeļu līmenis|уровень доступа|уровень моделей|prieigos lygis|juurdepääsutase|poziom dostępu|рівень доступу|åtkomstnivå|livello di accesso|käyttötaso|toegangsniveau|nível de acesso|úroveň přístupu|úroveň prístupu|hozzáférési szint|nivel de acces|επίπεδο πρόσβασης|erişim düzeyi|razina pristupa|adgangsniveau|tilgangsnivå|access level|api access level|model access',
    ),
  },
  {
    role: 'name',
    exact: headers(
      `${GIVEN.replaceAll('*', '')}|name|nume|vārds|vorname|prénom|nom|förnamn|first|given|names|vārdi|имена|nombre de pila`,
    ),
    within: new RegExp(`${anyOf(GIVEN).source}|(?<![^ ])(?:name|nom)$|^name(?![^ ])`),
    never: anyOf(
      'company|file|course|group|event|ticket|institution|nickname|pronoun*|pronunciation|organi*|host|session|class|team|school|username|user|login|middle|product|firma|uzņēmum*|lietotājvārd*|benutzername|section|topic|assignment|badge|certificate|country*|region|domain|city|street|school|department|project|list|campaign|type|plan|price|job|title|scuola|università|istituto|azienda|escuela|colegio|empresa|institución|école|entreprise|établissement|escola|instituição|ustanov*|škola|škole|školy|iestāde*|skolas|szkoł*|uczelni*|firm*|okul*|kurum*|σχολ*|πατέρα|организац*|компан*|школ*|учрежден*|пользовател*|користувач*|отц*',
    ),
    vague: headers('name|nom|names|nimi|jmeno|nome|nume'),
  },
  {
    role: 'expires',
    exact: headers(
      'expires|expiry|expiration|expires at|expires on|expiry date|expiration date|valid until|valid to|valid till|key expires|derīgs līdz|derīga līdz|derīguma termiņš|beigu datums|gültig bis|ablaufdatum|läuft ab|expire le|expiration le|date d expiration|valable jusqu au|caduca|caducidad|fecha de caducidad|válido hasta|vence|срок действия|действует до|действителен до|истекает|galioja iki|kehtib kuni|aegub|ważne do|ważny do|wygasa|дійсний до|діє до|термін дії|giltig till|går ut|upphör|scade|scadenza|voimassa asti|verloopt|geldig tot|válido até|platí do|termiņš|beigu termiņš',
    ),
    within: anyOf('expires|expiry|valid until|derīgs līdz|gültig bis'),
    never: anyOf(
      'passport|visa|card|document|license|licence|certificate|membership|insurance|permit|pases|ausweis|pass|passeport|pasaporte|паспорт*|виз*',
    ),
  },
  {
    role: 'limit',
    exact: headers(
      'limit|limits|limit usd|limit in usd|usd limit|limit $|key limit|spending limit|credit limit|budget|budget usd|limit per key|budžets|limits usd|limita summa|kreditlimit|ausgabenlimit|plafond|limite|límite|limite usd|límite usd|presupuesto|лимит|лимит usd|бюджет|limitas|biudžetas|limiit|eelarve|ліміт|gräns|beloppsgräns|limiet|raja|amount limit',
    ),
    never: anyOf('time|reset'),
  },
  {
    role: 'group',
    exact: headers(
      'group|groups|group name|team|team name|section|class|cohort|grupa|grupas|komanda|gruppe|gruppen|groupe|équipe|grupo|equipo|группа|команда|grupė|komanda|rühm|grupp|zespół|група|lag|gruppo|ryhmä|groep|skupina|kurss|klase|klasse|kurs|which group',
    ),
    within: plainPattern(/^(?:which )?(?:group|grupa|gruppe)(?![\p{L}])/u),
  },
  {
    role: 'id',
    exact: headers(
      'id|user id|student id|id number|student number|participant id|matriculation number|matrikelnummer|matriculation no|studenta id|studenta apliecības numurs|apliecības nr|sis user id|sis id|matrikel|numéro étudiant|número de estudiante|студенческий билет|номер студента|tunnus|numer albumu|index number|canvas user id|external id|registration id|order code',
    ),
  },
];

/** Columns about somebody beside the participant. */
export const OTHER_PERSON = anyOf(
  'order name|order email|order e mail|order first name|order last name|paid by|booked by|ordered by|registered by|invited by|submitted by|nominated by|mentor|mentors|mentora|pi|principal investigator|hr|leader*|team lead|captain|partner|partners|guest|guests|plus one|plus 1|companion|spouse|wife|husband|sponsor*|employer*|recommender|referee|reference|cc|next of kin|contact person|secretary|agent|representative|darba devēj*|arbeitgeber*|employeur|empleador*|работодател*|роботодав*|darbdav*|tööandja|pracodaw*|arbetsgivar*|työnantaja|werkgever|işveren|zaměstnavatel*|ansprechpartner*|begleit*|pavadon*|gast|invitado|accompagnateur|наставник*|ментор*|buyer|buyers|purchaser|payer|payee|bill*|billing|invoice|parent*|guardian*|mother*|father*|teacher*|supervisor*|advisor|manager*|emergency|host|inviter|invited by|referrer|referred by|organi?er*|organizer*|organiser*|assistant|instructor*|tutor*|coach|second parent|line manager|boss|customer|orderer|vecāk*|māt*|tēv*|skolotāj*|vadītāj*|pircēj*|maksātāj*|rēķin*|kontaktperson*|pasniedzēj*|käufer*|besteller*|rechnung*|eltern*|lehrer*|betreuer*|vorgesetzt*|notfall*|acheteur*|facturation|parent|enseignant*|responsable|comprador*|facturación|tutor|padre*|madre*|profesor*|покупател*|плательщик*|родител*|учител*|руководител*|преподавател*|покупець|платник|батьк*|вчител*|керівник*|pirkėj*|tėv*|mokytoj*|vadov*|ostja|lapsevanem*|õpetaja|juhendaja|kupując*|nabywc*|rodzic*|nauczyciel*|opiekun*|köpare|förälder*|lärare|handledare|chef',
);

/** Columns about the participant by name. */
export const OWN_PERSON = anyOf(
  'attendee*|participant*|student*|learner*|registrant*|dalībniek*|studējoš*|teilnehmer*|étudiant*|participante*|alumno*|участник*|студент*|слушател*|учасник*|dalyvi*|osaleja*|uczestnik*|deltagare*',
);
