import { cleanText, plainWords } from './clean-text.ts';
import { GIVEN_NAME, OTHER_PERSON, OWN_PERSON, ROLE_WORDS } from './header-words.ts';
import type { ColumnRole } from './participant.ts';
import { isPlaceInTeam } from './person-words.ts';
import { plainPattern } from './plain-pattern.ts';

/** What a header says about its column. */
export interface HeaderRole {
  role: ColumnRole;
  /** 3 = the header is just that word, 2 = it begins or ends with it, 1 = it has it somewhere */
  strength: number;
  /** whose: the participant's by name, somebody else's (a buyer, a teacher), or not said */
  whose: 'participant' | 'other' | 'unsaid';
  /** the header names the surname before the name: `Uzvārds, vārds`, `ФИО` */
  surnameFirst: boolean;
  /** the header is as general as "Name": the other columns decide what it means */
  vague: boolean;
}

/** form tools head a column with the whole question */
const LONGEST_HEADER = 1_000;

/** What columns of an earlier output are called. */
export const OWN_COLUMNS = ['api_key', 'key_name', 'key_hash', 'limit_usd', 'limit_reset', 'expires_at', 'status'];

/** Reads a header; undefined when it is no header that matters. */
export function headerRole(text: string): HeaderRole | undefined {
  const clean = cleanText(text);
  return partOfName(clean) ?? roleOf(clean);
}

/** "Name - First Name", "Attendee name: Given name": form makers put the field's name before the part's. */
function partOfName(text: string): HeaderRole | undefined {
  const [, field = '', part = ''] = /^(.{1,60}?)\s?(?:\s[-–]|:)\s(.{1,60})$/u.exec(text) ?? [];
  const [whole, role] = [roleOf(field), roleOf(part)];
  if (!role || role.vague || (role.role !== 'name' && role.role !== 'surname')) return undefined;
  return whole?.role === 'full_name' || whole?.vague ? role : undefined;
}

function roleOf(clean: string): HeaderRole | undefined {
  if (clean === '' || clean.length > LONGEST_HEADER || /\S@\S+\.\S/.test(clean)) return undefined;
  const words = plainWords(clean.replaceAll(/(?<=\p{Ll})(?=\p{Lu}\p{Ll})/gu, ' ')).replaceAll(NO_TEAM_OR_TICKET, '');
  const bare = withoutNoise(words);
  const whose = OTHER_PERSON.test(words) ? 'other' : OWN_PERSON.test(words) ? 'participant' : 'unsaid';
  for (const { role, exact, within, never, surnameFirst, vague } of ROLE_WORDS) {
    if (never?.test(words)) continue;
    const isExact = exact.has(bare) || exact.has(words);
    if (!isExact && !within?.test(bare)) continue;
    return {
      role,
      strength: isExact ? 3 : bare.split(' ').length <= 4 ? 2 : 1,
      whose,
      surnameFirst: surnameFirst?.test(bare.replaceAll(/^[\d ]+|[\d ]+$/g, '')) ?? false,
      vague: (vague?.has(bare) ?? false) || (!isExact && role === 'name' && !GIVEN_NAME.test(words)),
    };
  }
  if (!isPlaceInTeam(words)) return undefined;
  return { role: 'full_name', strength: 2, whose, surnameFirst: false, vague: true };
}

/** "Team leader name" names no team, "Ticket email" no ticket. */
const NO_TEAM_OR_TICKET =
  /(?<![^ ])(?:team (?=leader|lead|member|captain|mate)|ticket (?=first name|last name|full name|e ?mail))/g;

/** Politeness, marks of required fields and the like. */
const NOISE =
  /\b(?:s|your|you|please|enter|write|type|provide|what|is|the|a|required|optional|attendee|participant|student|students|learner|user|registrant|respondent|contact|current|primary|main|preferred|personal|work|ludzu|noradiet|ierakstiet|jusu|tavs|tava|savu|obligats|dalibnieka|dalibnieks|studenta|bitte|ihre?n?|deine?n?|teilnehmer\w*|pflichtfeld|votre|veuillez|du|de|des|d|l|la|le|etudiante?|eleve|apprenante?|stagiaire|inscrite?|el|su|tu|los|alumno|participante|participant|ваш\w*|укажите|введите|участника?|слухача|учасника|вкажіть|ваша|jusu|iveskite|dalyvio|teie|osaleja|panstwa|twoj|uczestnika|podaj|ange|din|ditt|deltagare\w*|for|of|in|obligatorisk|obligatoire|obligatorio|обязательно)\b/gu;

function withoutNoise(words: string): string {
  return words.replaceAll(CYRILLIC_NOISE, ' ').replaceAll(NOISE, ' ').replaceAll(/\s+/g, ' ').trim();
}

/** `\b` knows no Cyrillic letters. */
const CYRILLIC_NOISE = plainPattern(
  /(?<![\p{L}\p{N}])(?:ваш\p{L}*|укажите|введите|участник\p{L}*|учасник\p{L}*|вкажіть|вкажіть|слушател\p{L}*|студент\p{L}*)(?![\p{L}\p{N}])/gu,
);
