import { plainWords } from './clean-text.ts';
import { anyOf } from './header-words.ts';
import { plainPattern } from './plain-pattern.ts';

const ADDRESS = plainPattern(
  /(?<![\p{L}\p{N}])(?:e ?mail\p{L}*|mail|mails|mailadresse|e ?past\p{L}*|courriel\p{L}*|correo\p{L}*|e ?post\p{L}*|mejl\p{L}*|el\p{L}* past\p{L}*|эл\p{L}* почт\p{L}*|почт\p{L}*|имеил\p{L}*|емеил\p{L}*|ел\p{L}* пошт\p{L}*|пошт\p{L}*|sahkopost\p{L}*|poczt\p{L}*|posta|elettronica|elektron\p{L}*|электрон\p{L}*|електрон\p{L}*|address\p{L}*|adres\p{L}*|aadress\p{L}*|адрес\p{L}*|id|ids|paštas)(?![\p{L}\p{N}])/gu,
);
/** What kind of address it is, or what politeness stands around it: not whose. */
const KIND = new RegExp(
  anyOf(
    's|work*|job|office|business|professional|corporate|company|private|personal|home|main|primary|preferred|first|second|third|secondary|alternate|alternative|additional|another|other|extra|backup|old|new|current|contact|login|account|google|gmail|microsoft|outlook|icloud|openrouter|chatgpt|claude|github|slack|zoom|canvas|moodle|teams|institution*|academic|university|uni|school|college|student*|study|campus|organi?ation*|organization*|organisation*|team|lab|your|you|my|own|please|enter|write|type|provide|which|what|is|the|a|an|to|for|of|in|on|at|with|and|or|we|can|will|be|use|used|reach|send|best|valid|required|optional|read|only|attendee*|participant*|learner*|user|users|registrant*|member*|respondent*|recipient*|delegate*|applicant*|candidate*|employee*|if|different|from|above|confirm*|repeat|again|verify|no|number|nr|name|hidden|dalībniek*|studējoš*|studenta|darba|privāt*|personīg*|personisk*|otr*|cits|cita|papildu|galven*|jūsu|tavs|skolas|universitātes|augstskolas|teilnehm*|ihre|deine|dienst*|geschäft*|privat*|arbeit*|zweite*|weitere*|uni|schul*|hochschul*|berufl*|étudiant*|professionnel*|personnel*|privée|votre|de|du|la|le|l|d|secondaire|autre|participante*|alumno*|trabajo|electrónic*|electronic*|institucional|otro|su|tu|del|участник*|студент*|слушател*|ваш*|рабоч*|личн*|дополнит*|друг*|второ*|основн*|учасник*|робоч*|особист*|додатков*|dalyvi*|darbo|asmenin*|antras|kitas|osaleja|töö*|isiklik|uczestni*|służbow*|prywatn*|drugi|deltagar*|jobb*|arbets*|skol*|tyo*|oma|zakelijk*|privé*|persoonlijk*|kişisel|iş|okul|kurumsal|osobní|pracovní|školní|üniversite',
  ).source,
  'g',
);

/** What is left of an address column's heading when the kind of address is known: whom it may belong to. Empty for the participant's own. */
export function addressQualifier(heading: string): string {
  return plainWords(heading.replaceAll(/(?<=\p{Ll})(?=\p{Lu}\p{Ll})/gu, ' '))
    .replaceAll(ADDRESS, ' ')
    .replaceAll(KIND, ' ')
    .replaceAll(/[\s\p{N}]+/gu, ' ')
    .trim();
}
