import { anyOf } from './header-words.ts';

const MEMBER = anyOf(
  'participant|member|team member|teammate|student|attendee|person|player|author|speaker|applicant|delegate|dalībnieks|dalībnieka|dalībniece|biedrs|biedra|spēlētājs|autors|studenta|students|teilnehmer|teilnehmerin|mitglied|spieler|autor|autorin|membre|étudiant|joueur|auteur|participante|miembro|jugador|alumno|участник|участника|игрок|автор|учасник|гравець|dalyvis|žaidėjas|osaleja|liige|uczestnik|członek|zawodnik|gracz|deltagare|deltaker|deltager|spelare|osallistuja|jäsen|deelnemer|lid|katılımcı|üye|účastník|člen|hráč|član|sudionik|igrač|résztvevő|tag|membru|membro|giocatore|partecipante|jogador|μέλος|メンバー|参加者|成员|팀원',
);
const LEADER = anyOf(
  'leader|team leader|team lead|lead|captain|team captain|kapteinis|komandas kapteinis|līderis|vadītājs|leiter|teamleiter|kapitän|chef d équipe|capitaine|líder|capitán|лидер|капитан|капітан|kapitonas|kapten|kapitan|lagledare|kapteeni|aanvoerder|kaptan|kapitán|csapatkapitány|căpitan|capitano|capitão',
);

/** `participant`, `member`, `student` in a text of plain words. */
export function namesMember(words: string): boolean {
  return MEMBER.test(words);
}

export function namesLeader(words: string): boolean {
  return LEADER.test(words);
}

const NUMBERED = new RegExp(
  `^(?:(?:${MEMBER.source}) (?:no |nr )?(?:\\d{1,2}|[a-h])|\\d{1,2} (?:${MEMBER.source})|${LEADER.source})$`,
);

/** A heading that is a person's place in a team and nothing more, `Member 2`, `Captain`: that person's name stands below it. */
export function isPlaceInTeam(words: string): boolean {
  return NUMBERED.test(words);
}
