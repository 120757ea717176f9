import { describe, expect, test } from 'vitest';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { bookOf } from './book-of.ts';

const NOW = new Date('2026-01-20T12:00:00Z');

/** headings of the e-mail, the name and the surname column, each line one roster */
const THREE_COLUMNS = `
E-mail | First name | Surname
E-Mail ID | Given names | Last Name(s)
Email (required) | First Name (required) | Last Name (required)
Student E-mail | Student First Name | Student Last Name
emailAddress | firstName | lastName
EMAIL_ADDRESS | FIRST_NAME | LAST_NAME
1. Your e-mail address? | What is your first name? * | And your last name?
E-pasts | Vārds | Uzvārds
Jūsu e-pasta adrese * | Jūsu vārds * | Jūsu uzvārds *
E-pasts / E-mail | Vārds / Name | Uzvārds / Surname
E-Mail (dienstlich) | Rufname | Nachname
Mailadresse | Vorname | Name
Ihre E-Mail-Adresse | Ihr Vorname | Ihr Familienname
Adresse électronique | Prénom | Nom de famille
Courriel | Prénom(s) | NOM
Adresse mail | Prénom de l'étudiant | Nom de l'étudiant
Correo electrónico | Nombre | Apellidos
Dirección de correo | Nombre(s) | Primer apellido
Эл. почта | Имя | Фамилия
Адрес электронной почты | Ваше имя | Ваша фамилия
El. paštas | Vardas | Pavardė
Elektroninio pašto adresas | Jūsų vardas | Jūsų pavardė
E-posti aadress | Eesnimi | Perekonnanimi
Meiliaadress | Nimi | Perenimi
Adres poczty elektronicznej | Imię | Nazwisko
Електронна пошта | Ім'я | Прізвище
Адреса електронної пошти | Імʼя | Ваше прізвище
E-postadress | Förnamn | Efternamn
Din mejladress | Tilltalsnamn | Efternamn
Indirizzo e-mail | Nome | Cognome
Sähköposti | Etunimi | Sukunimi
E-mailadres | Voornaam | Achternaam
Endereço de e-mail | Nome | Sobrenome
E-mail | Jméno | Příjmení
E-mail | Name - First Name | Name - Last Name
Email | Attendee name: Given name | Attendee name: Family name`;

/** headings of the e-mail column and of one with whole names */
const TWO_COLUMNS = `
E-mail | Name
E-pasts | Vārds, uzvārds
E-Mail | Vor- und Zuname
E-Mail | Teilnehmende
Courriel | Nom
Courriel | Prénom NOM
Correo | Nombre y apellidos
E-mail | Имя и фамилия
E-mail | Участник
El. paštas | Vardas, pavardė
E-post | Ees- ja perenimi
E-mail | Imię i nazwisko
E-mail | Повне ім'я
E-post | För- och efternamn
Email | Nominativo`;

const lines = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split(' | '));

describe('headings as people and platforms write them', () => {
  test.each(lines(THREE_COLUMNS))('%s, %s, %s', (...headings) => {
    const roster = parseRoster(bookOf([headings, ['anda@example.org', 'Anda', 'Baklāne']]), { now: NOW });
    expect(roster.columns).toEqual({ email: ['A'], name: ['B'], surname: ['C'] });
  });

  test.each(lines(TWO_COLUMNS))('%s, %s', (...headings) => {
    const roster = parseRoster(bookOf([headings, ['anda@example.org', 'Anda Baklāne']]), { now: NOW });
    expect(roster.participants).toMatchObject([{ name: 'Anda', surname: 'Baklāne' }]);
  });
});

describe('columns beside the participant', () => {
  test('a word that only begins like a heading is not that heading', () => {
    const columnsOf = (heading: string) =>
      parseRoster(
        bookOf([
          ['E-mail', heading],
          ['anda@example.org', 'B'],
        ]),
        { now: NOW },
      ).columns;
    expect(columnsOf('Which group are you in?')).toEqual({ email: ['A'], group: ['B'] });
    expect(columnsOf('Groupware account')).toEqual({ email: ['A'] });
  });

  test.each([
    'Tier',
    'Your tier *',
    'Model tier',
    'Access level',
    'Tier name',
    'Modellstufe',
    "Niveau d'accès",
    'Nivel de acceso',
    'Piekļuves līmenis',
    'Уровень доступа',
    'Рівень доступу',
    'Prieigos lygis',
    'Poziom dostępu',
  ])('%s says which tier somebody is in', (heading) => {
    const { columns, participants } = parseRoster(
      bookOf([
        ['E-mail', 'Name', heading],
        ['anda@example.org', 'Anda', 'Pro'],
        ['bo@example.org', 'Bo', '-'],
      ]),
      { now: NOW },
    );
    expect(columns).toMatchObject({ email: ['A'], tier: ['C'] });
    expect(participants.map(({ tier }) => tier)).toEqual(['Pro', undefined]);
  });

  test.each([
    'Level',
    'Skill level',
    'Ticket tier',
    'Membership tier',
    'Price tier',
    'Plan',
    'Plan type',
    'Tarif',
    'Lieblingstier',
    'Frontier',
    'Tier 1 school',
    'Class level',
    'Haustier Name',
    'Stufe',
    'Līmenis',
    'Уровень',
    'Poziom',
  ])('%s says something else', (heading) => {
    const { columns } = parseRoster(
      bookOf([
        ['E-mail', 'First name', 'Last name', heading],
        ['anda@example.org', 'Anda', 'Baklāne', 'Pro'],
      ]),
      { now: NOW },
    );
    expect(columns).toEqual({ email: ['A'], name: ['B'], surname: ['C'] });
  });

  test('two rows of one person agree on the tier, or are a problem', () => {
    const rosterOf = (first: string, second: string) =>
      parseRoster(
        bookOf([
          ['E-mail', 'Name', 'Tier'],
          ['anda@example.org', 'Anda', first],
          ['anda@example.org', 'Anda', second],
          ['bo@example.org', 'Bo', ''],
        ]),
        { now: NOW },
      );
    expect(rosterOf('pro', 'Pro').participants[0]).toMatchObject({ tier: 'pro', rows: [2, 3] });
    expect(rosterOf('', 'Pro').participants[0]).toMatchObject({ tier: 'Pro' });
    expect(rosterOf('free', 'Pro').problems.map(({ code, row }) => [code, row])).toEqual([
      ['conflicting_tier', 2],
      ['conflicting_tier', 3],
    ]);
  });

  const people = (rows: string[][]) =>
    parseRoster(bookOf(rows), { now: NOW }).participants.map(({ name, surname }) => `${name} ${surname}`);

  test("a buyer's name is not the participant's", () => {
    const header = ['Name', 'Email', 'Buyer first name', 'Buyer last name', 'Buyer email'];
    expect(people([header, ['Anda Baklāne', 'anda@example.org', 'Big', 'Boss', 'boss@example.org']])).toEqual([
      'Anda Baklāne',
    ]);
  });

  test('a second e-mail column with nothing but a wrong address is not left aside', () => {
    const rows = [
      ['E-mail', 'E-mail 2', 'Name'],
      ['anda@example.org', 'anda@', 'Anda'],
      ['zane@example.org', '', 'Zane'],
    ];
    const { participants, problems } = parseRoster(bookOf(rows), { now: NOW });
    expect(participants.map(({ name }) => name)).toEqual(['Zane']);
    expect(problems).toMatchObject([{ row: 2, column: 'B', code: 'invalid_email', value: 'anda@' }]);
  });

  test('columns of names that nobody filled in do not count', () => {
    const header = ['Email Address', 'First Name', 'Last Name', 'What is your name?'];
    expect(people([header, ['anda@example.org', '', '', 'Anda Baklāne']])).toEqual(['Anda Baklāne']);
  });
});
