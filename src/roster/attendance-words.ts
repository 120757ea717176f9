import { plainWords } from './clean-text.ts';
import { anyOf } from './header-words.ts';

/** What a status says about taking part. `unclear`: asked, not paid, not decided. */
export type Attendance = 'in' | 'out' | 'unclear' | 'unknown';

const OUT =
  'cancel*|canceled*|refund*|declin*|reject*|denied|withdr*|dropped*|drop|waitlist*|wait list*|waiting list|no show*|noshow*|suspend*|deactivat*|inactive|disabled|not attending|not going|not coming|not participating|can t attend|cannot attend|can t come|cannot come|unable to attend|won t attend|expelled|removed|deleted|revoked|void|voided|absent|blocked|banned|archived|deregistered|unregistered|disqualified|not accepted|not approved|not admitted|not selected|resigned|unenrolled|atteic*|atteik*|atcel*|anulēt*|noraidīt*|atsauk*|gaidīšanas sarakst*|izstāj*|nepiedal*|nenāks|neierad*|neaktīv*|bloķēt*|atskaitīt*|izslēgt*|atsak*|abgesagt|abgemeldet|abgelehnt|stornier*|warteliste|nicht erschienen|ausgeschieden|zurückgezogen|erstattet|inaktiv*|gesperrt|deaktiviert|exmatrikuliert|abgebrochen|absage|nimmt nicht teil|kommt nicht|annul*|refusé*|désist*|liste d attente|rembours*|absent*|inactif|suspendu*|abandon*|ne participe pas|décliné*|rechazad*|anulad*|lista de espera|reembolsad*|retirad*|inactiv*|no asist*|ausente|recusad*|desist*|inativ*|suspens*|rifiutat*|ritirat*|lista d attesa|rimborsat*|assente|inattiv*|sospes*|отмен*|отказ*|отклон*|отчислен*|лист ожидания|список ожидания|возврат*|не приде*|не участвует|неактивн*|заблокирован*|выбыл*|неявка|не явил*|скасован*|відмов*|відхилен*|відрахован*|список очікування|не прийде|заблокован*|atšauk*|atsisak*|laukimo sąrašas|nedalyvaus|neaktyv*|pašalint*|tühist*|loobu*|keeldu*|tagasi lükatud|ootenimekir*|ootejärjekord|ei osale|mitteaktiiv*|eksmatrikuleeritud|anulowan*|odwołan*|odrzucon*|rezygn*|zrezygn*|lista rezerwowa|wycofan*|nieobecn*|nieaktywn*|zawieszon*|skreślon*|avbok*|avanmäld*|avböjt*|väntelista|reservlista|återbetald|avmeldt|avlyst|avslått|venteliste|afmeldt|aflyst|afvist|refunderet|uteblev|deltar ikke|deltager ikke|kommer inte|kommer ikke|peruutet*|peruttu|perunut|hylätty|jonotuslista|ei osallistu|ei tule|geannuleerd|afgemeld|afgewezen|wachtlijst|geweigerd|terugbetaald|inactief|iptal*|reddedildi|bekleme listesi|katılmıyor|katılmayacak|pasif|zrušen*|odmítnut*|odhlášen*|odhlásen*|náhradník|neúčastní|neaktivn*|zamítnut*|zamietnut*|otkazan*|odbijen*|lista čekanja|odustao|odustala|neaktiv*|lemond*|törölve|elutasítva|várólist*|visszavon*|inaktív|anulat*|respins*|retras*|lista de asteptare|rambursat|ακυρ*|απορρ*|λίστα αναμονής|キャンセル|キャンセル済み|辞退|欠席|取消|不参加|补欠|補欠|已取消|已拒绝|拒绝|候补|退出|已退款|缺席|취소|취소됨|거절|불참|대기|ملغي|ملغى|مرفوض|انسحب|בוטל|ביטל|נדחה|רשימת המתנה';
const UNCLEAR =
  'pending*|await*|invited|maybe|tentative|unconfirmed|not confirmed|unpaid|not paid|unsure|perhaps|partial*|provisional|incomplete|under review|requested|on hold|overdue|past due|not responded|no response|no reply|gaida|varbūt|neapstiprināt*|nav apmaksāt*|neapmaksāt*|ausstehend|vielleicht|unbezahlt|offen|eingeladen|en attente|peut être|impayé*|invité*|pendiente*|quizás|no pagado|в ожидании|ожида*|возможно|не оплачен*|не подтвержд*|приглаш*|очіку*|можливо|laukia*|galbūt|ootel|võib olla|oczeku*|może|nieopłacon*|väntar|kanske|obetald|venter|måske|kanskje|odottaa|ehkä|misschien|in afwachting|beklemede|belki|ödenmedi|čeká|možná|függőben|talán|in asteptare|poate|in attesa|forse|talvez|pendente|保留|未払い|待定|未付款|미결제';
const IN =
  'active|approved|accepted|confirmed|registered|enrolled|attending|going|coming|yes|paid|complete*|admitted|checked in|present|attended|valid|true|apstiprināt*|aktīv*|reģistrēt*|piedal*|apmaksāt*|jā|bestätigt|angemeldet|zugesagt|aktiv|bezahlt|ja|confirm*|inscrit*|oui|payé*|actif|sí|pagad*|activ*|подтвержд*|да|оплачен*|активн*|зарегистрирован*|підтверджен*|так|patvirtint*|taip|kinnitatud|jah|potwierdzon*|tak|opłacon*|aktywn*|bekräftad|bekreftet|bekræftet|vahvistettu|kyllä|bevestigd|onaylandı|evet|potvrzen*|ano|potvrđen*|megerősítve|igen|conferma*|確認済み|参加|はい|已确认|是|확정|예|참석';
const NO = 'no|false|nē|nein|non|нет|ні|ne|ei|nie|nej|nei|nee|hayır|nem|nu|não|όχι|いいえ|否|아니오|لا|לא|n|0|never';
const YES = 'yes|true|jā|ja|oui|sí|si|да|так|taip|jah|tak|kyllä|evet|ano|igen|da|sim|ναι|はい|是|예|نعم|כן|y|x|1';

const [out, unclear, into] = [anyOf(OUT), anyOf(UNCLEAR), anyOf(IN)];
const no = new RegExp(`^${anyOf(NO).source}`);
const yes = new RegExp(`^${anyOf(YES).source}`);
/** "not cancelled", "nicht storniert" */
const negatedOut = new RegExp(
  `^(?:not|never|nicht|nav|no)\\s+(?:yet\\s+)?${anyOf('cancel*|refund*|suspend*|withdr*|storniert|atcel*').source}`,
);
/** more is prose, in which single words say little */
const LONGEST_STATUS = 80;

/** Reads a status in any of the languages that are known here. */
export function attendanceOf(text: string): Attendance {
  const words = plainWords(text.slice(0, LONGEST_STATUS));
  if (negatedOut.test(words)) return 'in';
  if (out.test(words)) return 'out';
  if (unclear.test(words)) return 'unclear';
  return into.test(words) ? 'in' : 'unknown';
}

/** The answer to a question of yes or no. */
export function answerOf(text: string): 'yes' | 'no' | undefined {
  const words = plainWords(text.slice(0, LONGEST_STATUS));
  return no.test(words) ? 'no' : yes.test(words) ? 'yes' : undefined;
}

const STATUS = anyOf(
  'status*|state|approval|rsvp|attendance|attending|attend|coming|going|decision|participation|participating|enrolment|enrollment|registration state|statuss|stāvoklis|dalība|vai piedalīsies|piedalīsies|piedalīšanās|anmeldestatus|teilnahme|nimmst du teil|zusage|statut|état|estado|stato|статус*|состояние|стан|участие|участь|būsena|dalyvavimas|staatus|olek|osalemine|udział|tila|durum*|katılım|stav|stanje|állapot|stare|κατάσταση|ステータス|状態|参加状況|状态|상태|الحالة|סטטוס|paid|payment|apmaksa|apmaksāts|bezahlt|zahlung*|paiement|pago|оплата|płatność|betalning|betaald',
);
const NO_STATUS = anyOf(
  'marital|civil|family|employment|employed|visa|immigration|job|vaccination|e mail|email|mail|verification|date|amount|method|time|by|name|student status|residence|ģimenes|familien*|beruf*|семейн*|состав|method|united|home|country|address|place|province|city',
);
const COMMENT = anyOf(
  'comment*|note|notes|remark*|piezīm*|komentār*|bemerkung*|anmerkung*|notiz*|kommentar*|remarque*|commentaire*|observacion*|nota|comentario*|примечан*|комментар*|заметк*|примітк*|pastab*|komentar*|märkus*|uwag*|huomautus|opmerking*|açıklama|not|poznámk*|napomen*|megjegyz*|observati*|σχόλι*|備考|备注|비고',
);

/** What kind of column a heading makes: a status to read, a question of yes or no, a free comment. */
export function statusHeading(text: string): 'status' | 'out_flag' | 'comment' | undefined {
  const words = plainWords(text.slice(0, 250));
  if (words === '') return undefined;
  if (COMMENT.test(words)) return 'comment';
  if (out.test(words) && !/polic|reason|agree|consent|terms/u.test(words)) return 'out_flag';
  return STATUS.test(words) && !NO_STATUS.test(words) ? 'status' : undefined;
}

const ROLE = anyOf(
  'role|roles|course role|user role|participant type|attendee type|user type|member type|registration type|type|status|loma|lomas|rolle|rollen|rôle|rol|ruolo|роль|роли|ролі|vaidmuo|roll|rola|rooli|rollid|úloha|uloga|szerep|rolul|ρόλος|役割|角色|역할|دور|תפקיד|perfil|função',
);
/** people who run a course, or only watch it */
const STAFF = anyOf(
  'teacher*|ta|tas|teaching assistant*|instructor*|lecturer*|professor*|tutor*|dozent*|observer*|mentor*|speaker*|organi?er*|organizer*|organiser*|staff|admin*|manager*|designer|course designer|editing teacher|non editing teacher|grader|auditor*|facilitator*|moderator*|volunteer*|coach*|trainer*|guest*|assistant*|judge*|jury|sponsor*|pasniedzēj*|skolotāj*|docētāj*|docent*|lektor*|asistent*|vadītāj*|organizator*|novērotāj*|mentors|lehrer*|lehrkraft|lehrende*|betreuer*|kursleiter*|gast|gäste|organisator*|enseignant*|professeur*|encadrant*|animateur*|profesor*|docente*|ayudante*|преподавател*|учител*|лектор*|ассистент*|организатор*|наблюдател*|викладач*|вчител*|dėstytoj*|mokytoj*|õppejõud|õpetaja*|nauczyciel*|prowadząc*|wykładowc*|lärare|handledare|opettaja*|ohjaaja*|docenten|öğretmen*|eğitmen*|učitel*|vyučující|nastavnik*|tanár*|oktató*|profesor*|insegnante*|formador*|professora|講師|先生|教师|助教|교사|강사|معلم|מורה',
);
const LEARNER = anyOf(
  'student*|participant*|learner*|attendee*|autor|member|user|delegate|pupil*|studējoš*|dalībniek*|skolēn*|teilnehm*|studierende*|étudiant*|élève*|alumno*|estudiante*|студент*|участник*|слушател*|учен*|учасник*|слухач*|dalyvi*|osaleja*|üliõpila*|uczestni*|deltagar*|opiskelij*|osallistuj*|deelnemer*|öğrenci*|katılımcı*|účastník*|polaznik*|hallgató*|studenti|studente*|学生|参加者|受講生|학생|참가자|طالب|סטודנט*',
);

export function isRoleHeading(text: string): boolean {
  const words = plainWords(text.slice(0, 250));
  return ROLE.test(words) && !/ticket|job|payment|email|e mail|food|meal|blood|key|diet/u.test(words);
}

export function roleKind(text: string): 'staff' | 'learner' | undefined {
  const words = plainWords(text.slice(0, LONGEST_STATUS));
  return STAFF.test(words) ? 'staff' : LEARNER.test(words) ? 'learner' : undefined;
}
