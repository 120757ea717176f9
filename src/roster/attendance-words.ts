import { plainWords } from './clean-text.ts';
import { anyOf } from './header-words.ts';

/** What a status says about taking part. `unclear`: asked, not paid, not decided. */
export type Attendance = 'in' | 'out' | 'unclear' | 'unknown';

const OUT =
  'cancel*|canceled*|refund*|declin*|reject*|denied|withdr*|dropped*|drop|waitlist*|wait list*|waiting list|no show*|noshow*|suspend*|deactivat*|inactive|disabled|not attending|not going|not coming|not participating|will not come|will not attend|will not participate|will not be coming|won t come|won t be able|not able to come|not able to attend|can t make it|cannot make it|cannot participate|can t participate|isn t coming|terminated|left the course|left the company|unavailable|can t attend|cannot attend|can t come|cannot come|unable to attend|won t attend|expelled|removed|deleted|revoked|void|voided|absent|blocked|banned|archived|deregistered|unregistered|disqualified|not accepted|not approved|not admitted|not selected|resigned|unenrolled|atteic*|atteik*|atcel*|anulēt*|noraidīt*|atsauk*|gaidīšanas sarakst*|izstāj*|nepiedal*|nenāk*|neierad*|nevar*|nebūs|izstājās|dzēst*|rezervē|rezerves sarakst*|neaktīv*|bloķēt*|atskaitīt*|izslēgt*|atsak*|abgesagt|abgemeldet|abgelehnt|stornier*|warteliste|nicht erschienen|ausgeschieden|zurückgezogen|erstattet|inaktiv*|gesperrt|deaktiviert|exmatrikuliert|abgebrochen|absage|nimmt nicht teil|kommt nicht|komme nicht|kann nicht kommen|kann nicht teilnehmen|nehme nicht teil|fehlt|entschuldigt|nachrücker*|zurückgetreten|rücktritt|gelöscht|annul*|refusé*|désist*|liste d attente|rembours*|absent*|inactif|suspendu*|abandon*|ne participe pas|ne viendra pas|ne vient pas|ne pourra pas|je ne peux pas|radié*|retiré|retirée|retirés|décliné*|rechazad*|anulad*|lista de espera|reembolsad*|retirad*|inactiv*|no asist*|no podré|no puedo asistir|no participa*|no voy|ausente|dad* de baja|baja|recusad*|desist*|cancelad*|ausent*|excluíd*|inativ*|não irá|não vou|não vai|não participa*|lista de espera|suspens*|rifiutat*|ritirat*|lista d attesa|rimborsat*|assente|inattiv*|sospes*|отмен*|отказ*|отклон*|отчислен*|лист ожидания|список ожидания|возврат*|не прид*|не смож*|не смог*|не буд*|отсутств*|снят*|удален*|не участвует|неактивн*|заблокирован*|выбыл*|неявка|не явил*|скасован*|відмов*|відхилен*|відрахован*|список очікування|не прийд*|не братим*|не бере участ*|не зможе|відсутн*|лист очікування|видален*|заблокован*|atšauk*|atsisak*|laukimo sąrašas|nedalyvau*|neatvyk*|negalės|rezervinis sąrašas|išregistruot*|ištrint*|neaktyv*|pašalint*|tühist*|loobu*|keeldu*|tagasi lükatud|ootenimekir*|ootejärjekord|ei osale|ei tule|ei saa tulla|varunimekir*|puudu*|kustutatud|mitteaktiiv*|eksmatrikuleeritud|anulowan*|odwołan*|odrzucon*|rezygn*|zrezygn*|lista rezerwowa|wycofan*|nieobecn*|nie weźmie udziału|nie bierze udziału|nie przyjd*|rezerwa|usunięt*|nieaktywn*|zawieszon*|skreślon*|avbok*|avanmäl*|deltar inte|kan inte komma|frånvarande|inställd*|avböjt*|väntelista|reservlista|återbetald|avmeldt|avlyst|avslått|venteliste|afmeldt|aflyst|afvist|refunderet|uteblev|avmeld*|afmeld*|ikke møtt|kan ikke|forhindret|slettet|deltar ikke|deltager ikke|kommer inte|kommer ikke|peruutet*|peruutt*|peruttu|varasija*|estynyt|poissa|poistettu|perunut|hylätty|jonotuslista|ei osallistu|ei tule|geannuleerd|afgemeld|annulering|afwezig|komt niet|neemt niet deel|reservelijst|verwijderd|uitgeschreven|afgewezen|wachtlijst|geweigerd|terugbetaald|inactief|iptal*|reddedildi|bekleme listesi|katılm*|gelm*|yedek liste*|vazgeçti|silindi|pasif|zrušen*|odmítnut*|odhlášen*|odhlásen*|náhradník|neúčastn*|nezúčastn*|nepřijde|omluven*|nepríde|zrušil*|stornov*|vyřazen*|čekací listin*|čakacia listina|neaktivn*|zamítnut*|zamietnut*|otkazan*|odbijen*|lista čekanja|ne dolazi|neće doći|odsutan|odsutna|povučen*|odustao|odustala|neaktiv*|lemond*|nem vesz részt|nem jön|nem tud*|hiányzik|törlés|tartalék*|elutasít*|törölve|elutasítva|várólist*|visszavon*|inaktív|anulat*|respins*|retras*|lista de asteptare|rambursat|nu particip*|nu vine|absent*|refuz*|ακυρ*|απορρ*|λίστα αναμονής|δεν θα*|απουσ*|ανακλήθηκε|キャンセル|キャンセル済み|キャンセル待ち|参加しない|不参加です|参加できません|欠席します|取り消し|無断欠席|辞退|欠席|取消|不参加|补欠|補欠|已取消|不出席|未通过|未录取|等候名单|候补名单|退款|已退出|已拒绝|拒绝|候补|退出|已退款|缺席|취소|취소됨|취소 완료|대기자|미참석|참석 불가|환불|거절|불참|대기|ملغي|ملغى|مرفوض|انسحب|لن يحضر|غائب|قائمة الانتظار|ملغاة|בוטל|ביטל|לא מגיע*|לא יגיע|לא משתתף|מבוטל|נדחה|רשימת המתנה';
const UNCLEAR =
  'pending*|await*|waiting|unsubscribed|cleaned|bounced|failed|unknown|undecided|don t know|not sure|to be confirmed|tbc|invited|maybe|tentative|unconfirmed|not confirmed|unpaid|not paid|unsure|perhaps|partial*|provisional|incomplete|under review|requested|on hold|overdue|past due|not responded|no response|no reply|gaida|varbūt|nezin*|nav zināms|neapstiprināt*|nav apmaksāt*|neapmaksāt*|ausstehend|vielleicht|weiss noch nicht|noch nicht|unsicher|unbezahlt|offen|eingeladen|en attente|peut être|impayé*|invité*|pendiente*|quizás|no sé|tal vez|no pagado|в ожидании|ожида*|возможно|не знаю|не уверен*|под вопросом|не оплачен*|не подтвержд*|приглаш*|очіку*|можливо|не знаю|не впевнен*|laukia*|galbūt|ootel|võib olla|oczeku*|może|nieopłacon*|väntar|kanske|obetald|venter|måske|kanskje|odottaa|ehkä|misschien|weet niet|weet nog niet|in afwachting|beklemede|belki|ödenmedi|čeká|možná|függőben|talán|in asteptare|poate|in attesa|forse|talvez|não sei|não pago|pendente|保留|未払い|待定|未付款|미결제';
const IN =
  'active|approv*|accept*|confirm*|regist*|web registered|subscribed|invited and confirmed|enrolled|enabled|current|member|processing|succeeded|attending|going|coming|yes|paid|complete*|admitted|checked in|present|attended|valid|true|apstiprināt*|aktīv*|reģistrēt*|piedal*|apmaksāt*|jā|bestätigt|angemeldet|zugesagt|zusage|zugelassen|nimmt teil|komme|anwesend|aktiv|bezahlt|ja|confirm*|inscrit*|accepté*|présent*|viendra|oui|payé*|actif|sí|pagad*|activ*|подтвержд*|да|оплачен*|активн*|зарегистрирован*|підтверджен*|зареєстрован*|братиму участь|так|patvirtint*|registruot*|dalyvau*|taip|kinnitatud|registreeritud|osaleb|tuleb|makstud|jah|potwierdzon*|zarejestrowan*|przyjęt*|zgłoszon*|tak|opłacon*|aktywn*|bekräftad|anmäld*|påmeldt|tilmeldt|kommer|deltar|deltager|bekreftet|bekræftet|vahvistettu|ilmoittautun*|osallistu*|hyväksytty|maksettu|kyllä|bevestigd|aangemeld|aanwezig|ingeschreven|onaylan*|kayıtlı|katılıyor|katılacak|evet|potvrzen*|přihlášen*|prihlásen*|potvrden*|áno|zaplacen*|ano|potvrđen*|prijavljen*|dolazi|megerősít*|jelentkezett|elfogadva|igen|conferma*|iscritt*|partecip*|確認済み|申込済み|申込済|登録済み|支払済み|出席|参加します|参加する|参加|はい|已确认|已报名|已通过|已付款|已缴费|出席|参加|是|확정|확인|신청 완료|등록 완료|결제 완료|네|예|참석';
const NO = 'no|false|nē|nein|non|нет|ні|ne|ei|nie|nej|nei|nee|hayır|nem|nu|não|όχι|いいえ|否|아니오|لا|לא|n|0|never';
const YES = 'yes|true|jā|ja|oui|sí|si|да|так|taip|jah|tak|kyllä|evet|ano|igen|da|sim|ναι|はい|是|예|نعم|כן|y|x|1';

const [out, unclear, into] = [anyOf(OUT), anyOf(UNCLEAR), anyOf(IN)];
/** "Leider nein", "Sorry, no" */
const REGRET =
  '(?:(?:leider|sorry|unfortunately|diemzel|malheureusement|desole|lo siento|к сожалению|на жаль|deja|kahjuks|niestety|tyvarr|desvarre|beklager|valitettavasti|helaas|bohuzel|sajnos|purtroppo|infelizmente) )?';
const no = new RegExp(`^${REGRET}${anyOf(NO).source}`);
const yes = new RegExp(`^${anyOf(YES).source}`);
/** "not cancelled", "nicht storniert" */
const negatedOut = new RegExp(
  `^(?:not|never|nicht|nav|no)\\s+(?:yet\\s+)?${anyOf('cancel*|refund*|suspend*|withdr*|storniert|atcel*').source}`,
);
/** "not confirmed", "not current" */
const negatedIn = new RegExp(
  `^(?:not|non|no|nav|nicht|не|nie|inte|ikke|niet|ei|nu|nem|není|nije)\\s+(?:yet\\s+|noch\\s+)?${anyOf(IN).source}`,
);
/** more is prose, in which single words say little */
const LONGEST_STATUS = 80;

/** Reads a status in any of the languages that are known here. */
export function attendanceOf(text: string): Attendance {
  const words = plainWords(text.slice(0, LONGEST_STATUS));
  if (negatedOut.test(words)) return 'in';
  if (out.test(words)) return 'out';
  if (negatedIn.test(words)) return 'unclear';
  if (unclear.test(words)) return 'unclear';
  return into.test(words) ? 'in' : 'unknown';
}

/** The answer to a question of yes or no. */
export function answerOf(text: string): 'yes' | 'no' | undefined {
  if (/^\s*[✅✔✓☑✚+👍]/u.test(text)) return 'yes';
  if (/^\s*[❌✗✘✖❎🚫👎]/u.test(text)) return 'no';
  const words = plainWords(text.slice(0, LONGEST_STATUS));
  return no.test(words) ? 'no' : yes.test(words) ? 'yes' : undefined;
}

const STATUS = anyOf(
  'status*|state|approval|rsvp|response|attendance|attending|attend|attended|coming|going|present|presence|decision|enabled|account enabled|active|is active|confirmed|accepted|admitted|approved|will you be there|will you join|joining|participation|participating|enrolment|enrollment|registration state|statuss|stāvoklis|dalība|piedalī*|apmeklē*|apmeklējum*|ieradīs*|ieradās|nāks|būs klāt|apstiprināts|anmeldestatus|anmeldung|teilnahme*|nimmst|nimmt teil|nehmen sie|teilnehmen|kommst du|kommen sie|dabei|anwesen*|zusage|bestätigt|aktiv|statut|état|participation|participer*|participez vous|présence|présent|présente|présents|viendr*|venez vous|serez vous|estado|asist*|participará*|participarás|participarán|participación|participas|participaçao|acud*|vendrá*|presencia|stato|parteciper*|partecipazione|presenza|presente|situação|situacion|situação da inscrição|comparec*|presença|статус*|состояние|стан|участие|участву*|придет*|придете|приедет*|посещ*|присутств*|явка|отметка|подтверждение|участь|прийде*|приид*|відвід*|присутн*|būsena|dalyvavimas|dalyvausi*|dalyvaus*|ar dalyvau*|atvyk*|staatus|olek|osalemine|osalen|osaled|osaleb|osalete|kas osaled|kas tuled|kohal|udział*|obecno*|weźmie|weźmiesz|przyjd*|zgłoszenie|tila|osallistuminen|osallistut*|osallistun|ilmoittautumi*|läsnä|durum*|katılım|katılım durumu|katılac*|katılıyor*|gelecek mi|stav|účast*|účasť|zúčastn*|přijde*|príde*|stanje|sudjel*|dolaz*|doći|prisut*|állapot|státusz|részvét*|részt vesz*|jelenlét|jön|stare|participare|participi|participați|prezență|prezent|prezența|κατάσταση|συμμετοχή|παρουσία|ステータス|状態|参加状況|申込状況|申し込み状況|出欠|出欠確認|参加可否|参加の可否|参加しますか|出席状況|状态|报名状态|审核状态|是否参加|参加与否|出席|出席情况|상태|참석 여부|참가 여부|신청 상태|참석|출석|الحالة|الحضور|حالة التسجيل|هل ستحضر|סטטוס|הגעה|השתתפות|נוכחות|אישור הגעה|paid|payment|apmaksa|apmaksāts|bezahlt|zahlung*|paiement|pago|оплата|płatność|betalning|betaald|aanwezig*|deelname|komt u|kom je|anmälan|anmälning|deltar|deltagande|närvaro|kommer du|deltagelse|deltager|tilmeld*|påmeld*|oppmøte',
);
const NO_STATUS = anyOf(
  'dinner*|lunch*|breakfast|reception|party|gala|banquet|excursion|tour|social|hotel|parking|accommodation|online|remote*|virtual*|in person|university|college|before|previous*|earlier|ever|last year|first time|dietary|newsletter|photo*|vakariņ*|pusdien*|agrāk|iepriekš|abendessen|mittagessen|vorher|früher|schon einmal|dîner|déjeuner|déjà|cena|almuerzo|antes|ужин*|обед*|раньше|ранее|вечер*|kolacj*|obiad*|wcześniej|middag|lunchen|diner|avondeten|marital|civil|family|employment|employed|visa|immigration|job|vaccination|e mail|email|mail|verification|date|amount|method|time|by|name|student status|residence|ģimenes|familien*|beruf*|семейн*|состав|method|united|home|country|address|place|province|city',
);
const COMMENT = anyOf(
  'comment*|note|notes|remark*|piezīm*|komentār*|bemerkung*|anmerkung*|notiz*|kommentar*|remarque*|commentaire*|observacion*|nota|comentario*|примечан*|комментар*|заметк*|примітк*|pastab*|komentar*|märkus*|uwag*|huomautus|opmerking*|açıklama|not|poznámk*|napomen*|megjegyz*|observati*|σχόλι*|備考|备注|비고',
);

/** What kind of column a heading makes: a status to read, a question of yes or no, a free comment. */
export function statusHeading(text: string): 'status' | 'out_flag' | 'comment' | undefined {
  const words = headingWords(text);
  if (words === '') return undefined;
  if (COMMENT.test(words)) return 'comment';
  if (out.test(words) && !/polic|reason|agree|consent|terms/u.test(words)) return 'out_flag';
  return STATUS.test(words) && !NO_STATUS.test(words) ? 'status' : undefined;
}

/** "Will you attend the workshop?": nothing stands beside the question of taking part. */
const BESIDE_QUESTION = new RegExp(
  `${STATUS.source}|${
    anyOf(
      'will|would|do|did|does|are|can|is|be|able|to|in|at|the|this|that|our|on|for|of|as|and|or|if|your|you|we|i|am|please|participant|participants|attendee|student|final|answer|response|registration|workshop*|event*|course*|training*|seminar*|session*|conference*|meeting*|meetup|hackathon*|class|lecture*|webinar*|school|summer|winter|spring|autumn|day|days|vai|jūs|tu|es|kursos|kursā|kursu|seminār*|pasākum*|apmācīb*|darbnīc*|dalībniek*|du|sie|am|an|der|die|das|den|dem|teil|kurs*|veranstaltung*|schulung*|tagung*|vous|tu|à|au|aux|la|le|les|l|atelier*|formation*|événement*|cours|al|el|taller*|curso*|evento*|usted|al|del|il|lo|corso|corsi|laboratorio|você|vai|oficina*|na|no|ли|вы|ты|на|в|курс*|семинар*|мероприяти*|мастер|класс*|чи|ви|ти|у|захід|заход*|тренинг*|тренінг*|майстер|клас*|ar|jūs|mokym*|rengin*|kas|sa|te|koolitus*|üritus*|czy|pan|pani|w|szkoleni*|warsztat*|wydarzeni*|ni|i|på|vid|till|kursen|utbildning*|evenemang*|jij|je|u|aan|de|het|bent|ben|cursus|training|bijeenkomst|se|na|v|kurz*|akce|školení|školenia|szakmai|a|az|képzés*|műhely*|rendezvény*|la|atelierul|cursul|te|επ|στο|εργαστήριο|mı|mi|mısınız|misiniz|atölye*|kursa|eğitim*|etkinli*',
    ).source
  }`,
  'g',
);

/** A status, but not of taking part: marital, of employment, of a visa. */
export function isOtherStatus(heading: string): boolean {
  return NO_STATUS.test(headingWords(heading));
}

/** Whether a plain no under this heading says that somebody does not come: to another question it is another answer. */
export function noMeansOut(heading: string): boolean {
  const words = headingWords(heading);
  const left = words.replaceAll(BESIDE_QUESTION, ' ').replaceAll(/[\d\s]+/g, '');
  return !NOT_YET.test(words) && left === '';
}

/** A no means "not yet" until somebody has been there. */
export function isAboutPast(heading: string): boolean {
  return PAST.test(headingWords(heading));
}

const PAST = anyOf(
  'attended|present|presence|checked in|check in|ieradās|anwesen*|aanwezig*|présence|présent|présente|présents|presencia|presença|presenza|присутств*|явка|присутн*|obecno*|kohal|läsnä|närvaro|oppmøte|prisut*|jelenlét|prezență|prezent|παρουσία|出席|출석|נוכחות|الحضور',
);
const NOT_YET = anyOf(
  'paid|pay|payment|confirmed|accepted|admitted|approved|approval|checked in|check in|bezahlt|zahlung*|bestätigt|zugelassen|apmaks*|apstiprināt*|paie*|pag*|confirm*|оплат*|подтвержд*|opłac*|płatno*|betal*|betaald|bekräft*|maksu*|maks*|zaplac*|plać*|plat*|fizet*|plăt*|ödeme*',
);

function headingWords(text: string): string {
  return plainWords(text.slice(0, 250).replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' '));
}

const ROLE = anyOf(
  'role|roles|course role|user role|participant type|attendee type|user type|member type|registration type|type|status|i am a|i am|are you|loma|lomas|rolle|rollen|rôle|rôles|função|papel|tipo|category|kategorij*|kategorie|kategori*|catégorie|categor*|категори*|категорі*|ticket|ticket type|ticket name|bilj*|bileti|billet*|rol|ruolo|роль|роли|ролі|vaidmuo|roll|rola|rooli|rollid|úloha|uloga|szerep|rolul|ρόλος|役割|角色|역할|دور|תפקיד|perfil|função',
);
/** people who run a course, or only watch it */
const STAFF = anyOf(
  'owner*|host*|panelist*|teacher*|ta|tas|teaching assistant*|instructor*|lecturer*|professor*|tutor*|dozent*|observer*|mentor*|speaker*|organi?er*|organizer*|organiser*|staff|admin*|manager*|designer|course designer|editing teacher|non editing teacher|grader|auditor*|facilitator*|moderator*|volunteer*|coach*|trainer*|guest*|assistant*|judge*|jury|sponsor*|pasniedzēj*|skolotāj*|docētāj*|docent*|lektor*|asistent*|vadītāj*|organizator*|novērotāj*|runātāj*|brīvprātīg*|mentors|tuteur*|référent*|kursadmin*|kurstutor*|gruppenadmin*|kursbetreuer*|beobachter*|referent*|lehrer*|lehrkraft|lehrende*|betreuer*|kursleiter*|gast|gäste|organisator*|enseignant*|professeur*|encadrant*|animateur*|profesor*|docente*|ayudante*|преподавател*|учител*|лектор*|ассистент*|организатор*|наблюдател*|викладач*|вчител*|dėstytoj*|mokytoj*|õppejõud|õpetaja*|nauczyciel*|prowadząc*|wykładowc*|lärare|handledare|opettaja*|ohjaaja*|docenten|öğretmen*|eğitmen*|učitel*|vyučující|nastavnik*|tanár*|oktató*|profesor*|insegnante*|formador*|professora|講師|先生|教师|助教|교사|강사|معلم|מורה',
);
const LEARNER = anyOf(
  'student*|participant*|learner*|attendee*|autor|member|members|user|delegate|regular|trainee*|apprentice*|kursmitglied*|gruppenmitglied*|mitglied*|apprenant*|stagiaire*|biedr*|deltaker*|hörer*|pupil*|studējoš*|dalībniek*|skolēn*|teilnehm*|studierende*|étudiant*|élève*|alumno*|estudiante*|студент*|участник*|слушател*|учен*|учасник*|слухач*|dalyvi*|osaleja*|üliõpila*|uczestni*|deltagar*|opiskelij*|osallistuj*|deelnemer*|öğrenci*|katılımcı*|účastník*|polaznik*|hallgató*|studenti|studente*|学生|参加者|受講生|학생|참가자|طالب|סטודנט*',
);

export function isRoleHeading(text: string): boolean {
  const words = headingWords(text);
  return ROLE.test(words) && !/job|payment|email|e mail|food|meal|blood|key|diet|price|number|code|url/u.test(words);
}

/** A heading that says role, under which whoever is no learner is told. Types, categories and tickets may be anything. */
export function isPlainRole(text: string): boolean {
  return PLAIN_ROLE.test(headingWords(text));
}

const PLAIN_ROLE = anyOf(
  'role|roles|loma|lomas|rolle|rollen|rôle|rôles|rol|roles|ruolo|ruoli|função|papel|роль|роли|ролі|vaidmuo|roll|rollid|rola|role uczestnika|rooli|úloha|uloga|szerep|rolul|ρόλος|rol|役割|角色|역할|دور|תפקיד',
);

export function roleKind(text: string): 'staff' | 'learner' | undefined {
  const words = headingWords(text.slice(0, LONGEST_STATUS));
  return STAFF.test(words) ? 'staff' : LEARNER.test(words) ? 'learner' : undefined;
}

/** People whom an event or a course itself calls so. A manager or a professor may well be a participant. */
export function isCourseStaff(text: string): boolean {
  return COURSE_STAFF.test(headingWords(text.slice(0, LONGEST_STATUS)));
}

const COURSE_STAFF = anyOf(
  'teacher*|ta|teaching assistant*|instructor*|lecturer*|tutor*|observer*|mentor*|speaker*|organi?er*|organizer*|organiser*|staff|facilitator*|moderator*|volunteer*|trainer*|judge*|jury|sponsor*|host*|panelist*|press|crew|pasniedzēj*|lektor*|organizator*|novērotāj*|brīvprātīg*|kursleiter*|dozent*|referent*|helfer*|presse|organisator*|intervenant*|bénévole*|organisateur*|ponente*|organizador*|voluntari*|спикер*|лектор*|организатор*|волонтер*|лектор*|організатор*|prelegent*|wolontariusz*|föreläsare|spreker*|relatore|relatori|palestrante*|講師|スタッフ|讲师|工作人员|강사|스태프',
);
