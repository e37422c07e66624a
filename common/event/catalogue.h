/* SPDX-License-Identifier: Apache-2.0
 *
 * catalogue: every event and command there is, declared once. A command's event carries the signed
 * command as it was received; a derived event (DERIVED) follows from the command or event whose
 * position is its cause and carries a body of its own. Codes and keys are never reused; a field may
 * be added with a new key, and one that was dropped stays reserved. tests/golden freezes the bytes.
 */
#ifndef COUNTERSIGN_EVENT_CATALOGUE_H
#define COUNTERSIGN_EVENT_CATALOGUE_H

#include "common/event/record.h"

/* ------------------------------------------------------------------ words */

#define ENUM_channel(V) /* how an order came in; QP21-4.3.1.2 */ \
    V(1, CHANNEL_WRITTEN, "written") V(2, CHANNEL_PHONE, "phone") V(3, CHANNEL_ORAL, "oral")
DECLARE_ENUM(channel)

#define ENUM_requirement_kind(V) /* QP21-4.1 */ \
    V(1, REQUIREMENT_STATED, "stated") V(2, REQUIREMENT_IMPLIED, "implied") \
    V(3, REQUIREMENT_STATUTORY, "statutory") V(4, REQUIREMENT_COMPANY, "company")
DECLARE_ENUM(requirement_kind)

#define ENUM_subject(V) /* QP21-4.1: 质量安全, 可用性, 交付, 支持服务/运输, 价格 */ \
    V(1, SUBJECT_QUALITY, "quality") V(2, SUBJECT_USABILITY, "usability") V(3, SUBJECT_DELIVERY, "delivery") \
    V(4, SUBJECT_SUPPORT, "support") V(5, SUBJECT_PRICE, "price") V(6, SUBJECT_OTHER, "other")
DECLARE_ENUM(subject)

#define ENUM_verdict(V) /* which of them fit a case, its scale says (common/domain/round.h) */ \
    V(1, VERDICT_ACCEPT, "accept") V(2, VERDICT_CONDITIONS, "accept with conditions") V(3, VERDICT_REJECT, "reject") \
    V(4, VERDICT_OURS, "ours") V(5, VERDICT_PARTLY, "partly ours") V(6, VERDICT_NOT_OURS, "not ours")
DECLARE_ENUM(verdict)

#define ENUM_outcome(V) /* of a tally and of a conclusion: 能履行 / 待协商 / 不能履行; 属我方 / 部分 / 非我方; 采纳 / 不采纳 */ \
    V(1, OUTCOME_ABLE, "able") V(2, OUTCOME_NEGOTIATE, "to negotiate") V(3, OUTCOME_NOT_ABLE, "not able") \
    V(4, OUTCOME_OURS, "ours") V(5, OUTCOME_PARTLY, "partly ours") V(6, OUTCOME_NOT_OURS, "not ours") \
    V(7, OUTCOME_ADOPTED, "adopted") V(8, OUTCOME_NOT_ADOPTED, "not adopted")
DECLARE_ENUM(outcome)

#define ENUM_answer_value(V) /* QP21-4.2.2 */ \
    V(1, ANSWER_YES, "yes") V(2, ANSWER_NO, "no") V(3, ANSWER_NOT_APPLICABLE, "not applicable")
DECLARE_ENUM(answer_value)

#define ENUM_question(V) /* QP21-4.2.2 a1 .. d */ \
    V(1, QUESTION_SPECIFIED, "a1") V(2, QUESTION_CONFIRMED, "a2") V(3, QUESTION_DIFFERENCES, "b") \
    V(4, QUESTION_ABLE, "c") V(5, QUESTION_CHANGES, "d")
DECLARE_ENUM(question)

#define ENUM_meaning(V) /* what a signature says */ \
    V(1, MEANING_COMPLETE, "complete") V(2, MEANING_APPROVE, "approve") V(3, MEANING_CONTRACT, "contract") \
    V(4, MEANING_CUSTOMER, "customer") V(5, MEANING_EFFECTIVE, "effective") V(6, MEANING_DISPOSITION, "disposition")
DECLARE_ENUM(meaning)

#define ENUM_post_mode(V) /* what a department daemon does with its assessment */ \
    V(1, MODE_MANUAL, "manual") V(2, MODE_ASSIST, "assist") V(3, MODE_AUTO, "auto")
DECLARE_ENUM(post_mode)

#define ENUM_part(V) /* what a daemon is */ \
    V(1, PART_COORDINATOR, "coordinator") V(2, PART_ARCHIVER, "archiver") V(3, PART_DEPARTMENT, "department") \
    V(4, PART_NOTIFIER, "notifier") V(5, PART_FOLLOWER, "follower")
DECLARE_ENUM(part)

#define ENUM_dataset(V) /* reference data */ \
    V(1, DATASET_PRODUCT, "product") V(2, DATASET_CAPACITY, "capacity") V(3, DATASET_STOCK, "stock") \
    V(4, DATASET_CAPABILITY, "capability") V(5, DATASET_CALENDAR, "calendar")
DECLARE_ENUM(dataset)

#define ENUM_series(V) /* numbered documents; 6.2's contract number is text and not ours */ \
    V(1, SERIES_ORDER, "order") V(2, SERIES_CUSTOMER, "customer") V(3, SERIES_COMPLAINT, "complaint") \
    V(4, SERIES_FEEDBACK, "feedback")
DECLARE_ENUM(series)

#define ENUM_act(V) /* what a role may do; the procedure gives acts to roles */ \
    V(1, ACT_REGISTER, "register") V(2, ACT_CLASSIFY, "classify") V(3, ACT_CUSTOMER_CONFIRM, "customer-confirm") \
    V(4, ACT_AMEND, "amend") V(5, ACT_DECLINE, "decline") V(6, ACT_WITHDRAW, "withdraw") \
    V(7, ACT_REFERENCE, "reference") V(8, ACT_CUSTOMER, "customer") V(9, ACT_MANDATE, "mandate") \
    V(10, ACT_ADOPT, "adopt") V(11, ACT_FEEDBACK, "feedback") V(12, ACT_ACKNOWLEDGE, "acknowledge") \
    V(13, ACT_ASSESS, "assess") V(14, ACT_CONTAIN, "contain") V(15, ACT_ANSWER, "answer") V(16, ACT_CLOSE, "close") \
    V(17, ACT_REOPEN, "reopen") V(18, ACT_RECLASSIFY, "reclassify") V(19, ACT_LOWER, "lower-safety") \
    V(20, ACT_ACTION, "action") V(21, ACT_VERIFY, "verify") V(22, ACT_ERASE, "erase") \
    V(23, ACT_NOTIFY, "notify") V(24, ACT_ADD_REVIEWER, "add-reviewer")
DECLARE_ENUM(act)

#define ENUM_feedback_kind(V) /* QP21-4.6: 投诉, 询问, 建议, 表扬, 索赔, 经销商报告, 流失业务 */ \
    V(1, FEEDBACK_COMPLAINT, "complaint") V(2, FEEDBACK_ENQUIRY, "enquiry") V(3, FEEDBACK_SUGGESTION, "suggestion") \
    V(4, FEEDBACK_PRAISE, "praise") V(5, FEEDBACK_CLAIM, "claim") V(6, FEEDBACK_DEALER, "dealer report") \
    V(7, FEEDBACK_LOST, "lost business")
DECLARE_ENUM(feedback_kind)

#define ENUM_medium(V) /* QP21-4.6: how word passed between us and the customer, kept apart */ \
    V(1, MEDIUM_VISIT, "visit") V(2, MEDIUM_LETTER, "letter") V(3, MEDIUM_TELEPHONE, "telephone") \
    V(4, MEDIUM_FAX, "fax") V(5, MEDIUM_EMAIL, "e-mail") V(6, MEDIUM_OTHER, "other")
DECLARE_ENUM(medium)

#define ENUM_severity(V) /* ISO 10002 7.5; ascending */ \
    V(1, SEVERITY_MINOR, "minor") V(2, SEVERITY_MAJOR, "major") V(3, SEVERITY_CRITICAL, "critical")
DECLARE_ENUM(severity)

#define ENUM_stage(V) /* what a case waits for; the first three a class may ask for before its review (ISO 10002 7.4 to 7.6) */ \
    V(1, STAGE_ACKNOWLEDGED, "acknowledge") V(2, STAGE_ASSESSED, "assess") V(3, STAGE_CONTAINED, "contain") \
    V(4, STAGE_CONFIRM, "confirm") V(5, STAGE_CLASSIFY, "classify") V(6, STAGE_CONVENE, "convene") \
    V(7, STAGE_REVIEW, "review") V(8, STAGE_CONCLUDE, "conclude") V(9, STAGE_SIGN, "sign") \
    V(10, STAGE_NEGOTIATE, "negotiate") V(11, STAGE_ANSWER, "answer") V(12, STAGE_CLOSE, "close") \
    V(13, STAGE_ACTION, "action") V(14, STAGE_VERIFY, "verify")
DECLARE_ENUM(stage)

#define ENUM_weekday(V) /* ISO 8601 */ \
    V(1, WEEKDAY_MONDAY, "monday") V(2, WEEKDAY_TUESDAY, "tuesday") V(3, WEEKDAY_WEDNESDAY, "wednesday") \
    V(4, WEEKDAY_THURSDAY, "thursday") V(5, WEEKDAY_FRIDAY, "friday") V(6, WEEKDAY_SATURDAY, "saturday") \
    V(7, WEEKDAY_SUNDAY, "sunday")
DECLARE_ENUM(weekday)

#define ENUM_milestone(V) /* QP21-4.5b: what a customer may be told of */ \
    V(1, MILESTONE_REGISTERED, "registered") V(2, MILESTONE_EFFECTIVE, "effective") V(3, MILESTONE_AMENDED, "amended") \
    V(4, MILESTONE_DECLINED, "declined") V(5, MILESTONE_WITHDRAWN, "withdrawn") V(6, MILESTONE_RECEIVED, "received") \
    V(7, MILESTONE_ANSWERED, "answered") V(8, MILESTONE_CLOSED, "closed")
DECLARE_ENUM(milestone)

#define ENUM_notify_outcome(V) /* what became of a notification */ \
    V(1, NOTIFY_ACCEPTED, "accepted") V(2, NOTIFY_FAILED, "failed") V(3, NOTIFY_EXPIRED, "expired") \
    V(4, NOTIFY_DROPPED, "dropped")
DECLARE_ENUM(notify_outcome)

#define ENUM_cause(V) /* ISO 9001 10.2.1 b: 人, 机, 料, 法, 环, 测 and what lies outside the works */ \
    V(1, CAUSE_PEOPLE, "people") V(2, CAUSE_MACHINE, "machine") V(3, CAUSE_MATERIAL, "material") \
    V(4, CAUSE_METHOD, "method") V(5, CAUSE_ENVIRONMENT, "environment") V(6, CAUSE_MEASUREMENT, "measurement") \
    V(7, CAUSE_DESIGN, "design") V(8, CAUSE_PACKING, "packing and transport") V(9, CAUSE_USE, "customer's use") \
    V(10, CAUSE_UNKNOWN, "not found")
DECLARE_ENUM(cause)

#define ENUM_remedy(V) /* ISO 9001 8.7.1, ISO 10002 7.8: what the customer gets */ \
    V(1, REMEDY_REPLACE, "replace") V(2, REMEDY_REPAIR, "repair") V(3, REMEDY_RETURN, "return") \
    V(4, REMEDY_CREDIT, "credit") V(5, REMEDY_CONCESSION, "concession") V(6, REMEDY_SUPPLY, "supply what is missing") \
    V(7, REMEDY_EXPLAIN, "explain") V(8, REMEDY_RECALL, "recall")
DECLARE_ENUM(remedy)

#define ENUM_action_type(V) /* ISO 9001 10.2.1, 6.1 */ \
    V(1, ACTION_CONTAINMENT, "containment") V(2, ACTION_CORRECTION, "correction") V(3, ACTION_CORRECTIVE, "corrective") \
    V(4, ACTION_PREVENTIVE, "read-across") V(5, ACTION_IMPROVEMENT, "improvement")
DECLARE_ENUM(action_type)

#define ENUM_ending(V) /* ISO 10002 7.9 */ \
    V(1, ENDING_AGREED, "agreed") V(2, ENDING_NOT_AGREED, "not agreed") V(3, ENDING_NO_REPLY, "no reply") \
    V(4, ENDING_WITHDRAWN, "withdrawn")
DECLARE_ENUM(ending)

#define ENUM_special_test(V) /* what may make an order belong to a class; QP21-4.2.3 */ \
    V(1, SPECIAL_UNKNOWN_PRODUCT, "product-unknown") V(2, SPECIAL_NOT_STANDARD, "product-not-standard") \
    V(3, SPECIAL_LINE_MODIFIED, "line-modified") V(4, SPECIAL_SOONER_THAN_LEAD, "sooner-than-lead-time") \
    V(5, SPECIAL_REQUIREMENT, "special-requirement") V(6, SPECIAL_COMPANY_REQUIREMENT, "company-requirement") \
    V(7, SPECIAL_DRAWING, "drawing-revision-differs")
DECLARE_ENUM(special_test)

/* ------------------------------------------------------------------ parts of records */

#define RECORD_condition(F, S) \
    F(S, 1, TEXT, _, text, 1, 600, "worded so that the customer can meet or refuse it") \
    F(S, 2, INT, _, line, 0, 9999, "the order line it speaks of, 0 = the order")
DECLARE_RECORD(condition)

#define RECORD_requirement(F, S) \
    F(S, 1, INT, _, no, 1, 9999, "its number in the order, from 1") \
    F(S, 2, ENUM, requirement_kind, kind, 1, 0, "stated, implied, statutory or company (QP21-4.1)") \
    F(S, 3, ENUM, subject, subject, 1, 0, "what it is about") \
    F(S, 4, TEXT, _, text, 1, 1000, "the requirement") \
    F(S, 5, INT, _, line, 0, 9999, "the order line it belongs to, 0 = all") \
    F(S, 6, TEXT, _, standard, 0, 80, "standard by number, for statutory and inspection requirements") \
    F(S, 7, TEXT, _, characteristic, 0, 80, "what is to be inspected, as quality's capabilities name it") \
    F(S, 8, DECIMAL, _, value, INT64_MIN, INT64_MAX, "the value asked for, in the capability's unit") \
    F(S, 9, TEXT, _, promised_by, 0, 120, "implied: who promised what to meet it") \
    F(S, 10, BOOL, _, special, 0, 1, "beyond what the product's standard says (QP21-4.2.3)")
DECLARE_RECORD(requirement)

#define RECORD_order_line(F, S) \
    F(S, 1, INT, _, no, 1, 9999, "line number, from 1") \
    F(S, 2, TEXT, _, product, 1, 80, "product number") \
    F(S, 3, TEXT, _, name, 0, 200, "product name and specification as ordered") \
    F(S, 4, TEXT, _, drawing, 0, 80, "drawing and its revision") \
    F(S, 5, TEXT, _, modification, 0, 400, "what is to differ from the standard product") \
    F(S, 6, DECIMAL, _, quantity, 1, INT64_MAX, "quantity") \
    F(S, 7, TEXT, _, unit, 1, 16, "unit of measure, UN/ECE Rec 20 code or the company's word") \
    F(S, 8, DECIMAL, _, price, 0, INT64_MAX, "price per unit") \
    F(S, 9, TEXT, _, currency, 3, 3, "ISO 4217") \
    F(S, 10, DAY, _, wanted, 1, 2932896, "delivery date asked for") \
    F(S, 11, TEXT, _, customer_product, 0, 80, "the customer's own product number") \
    F(S, 12, TEXT, _, note, 0, 1000, "remark on the line")
DECLARE_RECORD(order_line)

#define RECORD_blob_piece(F, S) \
    F(S, 1, DIGEST, _, blob, 1, 1, "content address")
DECLARE_RECORD(blob_piece)

#define RECORD_attachment(F, S) \
    F(S, 1, DIGEST, _, blob, 1, 1, "content address of the blob, or of its first piece of 1 MiB") \
    F(S, 2, TEXT, _, name, 1, 200, "file name as given") \
    F(S, 3, TEXT, _, media, 0, 100, "media type (RFC 6838)") \
    F(S, 4, INT, _, size, 1, 67108864, "bytes, all pieces together") \
    F(S, 5, LIST, blob_piece, pieces, 0, 63, "what is larger than 1 MiB: the pieces behind the first, in order; each but the last 1 MiB")
DECLARE_RECORD(attachment)

#define RECORD_confirmation(F, S) /* QP21-4.3.1.2, 4.4.3: the customer's word, as our side recorded it */ \
    F(S, 1, TEXT, _, who, 1, 120, "who confirmed: function or name without contact data") \
    F(S, 2, TEXT, _, how, 1, 120, "by what: fax, e-mail, signed copy") \
    F(S, 3, MOMENT, _, when, 1, INT64_MAX, "when")
DECLARE_RECORD(confirmation)

#define RECORD_order_content(F, S) /* what is reviewed; its digest is what verdicts are bound to */ \
    F(S, 1, IDENT, _, customer, 1, 1, "the customer's case") \
    F(S, 2, ENUM, channel, channel, 1, 0, "how it came in") \
    F(S, 3, TEXT, _, customer_order, 0, 80, "the customer's order number") \
    F(S, 4, BOOL, _, contract, 0, 1, "a sales contract goes with it (QP21-4.3.1.2)") \
    F(S, 5, TEXT, _, contract_number, 0, 80, "its number, as text") \
    F(S, 6, LIST, order_line, lines, 1, 500, "what is ordered") \
    F(S, 7, LIST, requirement, requirements, 0, 500, "what is required (QP21-4.1)") \
    F(S, 8, TEXT, _, earlier, 0, 200, "earlier contract, quotation or order it refers to (QP21-4.2.2 b)") \
    F(S, 9, LIST, attachment, attachments, 0, 50, "documents") \
    F(S, 10, DIGEST, _, contact, 0, 1, "blob with the contact person, erasable") \
    F(S, 11, TEXT, _, note, 0, 4000, "remark") \
    F(S, 12, TEXT, _, custodian, 0, 120, "who keeps the paper original (QP21-4.4.1)") \
    F(S, 13, TEXT, _, place, 0, 120, "where the paper original lies") \
    F(S, 14, DAY, _, ordered, 0, 2932896, "date on the customer's document")
DECLARE_RECORD(order_content)

#define RECORD_answer(F, S) /* QP21-4.2.2 */ \
    F(S, 1, ENUM, question, question, 1, 0, "a1, a2, b, c or d") \
    F(S, 2, ENUM, answer_value, answer, 1, 0, "yes, no, not applicable") \
    F(S, 3, TEXT, _, reason, 0, 600, "required unless the answer is yes")
DECLARE_RECORD(answer)

#define RECORD_measure(F, S) /* QP21-1, 4.3.3 */ \
    F(S, 1, TEXT, _, text, 1, 600, "what is to be done") \
    F(S, 2, IDENT, _, owner, 1, 1, "the person who does it") \
    F(S, 3, DAY, _, due, 1, 2932896, "by when") \
    F(S, 4, ENUM, action_type, type, 0, 0, "containment, correction, corrective action, read-across, improvement")
DECLARE_RECORD(measure)

#define RECORD_finding(F, S) /* of a department, on a complaint: ISO 9001 10.2.1 */ \
    F(S, 1, TEXT, _, occurrence, 0, 2000, "cause of occurrence") \
    F(S, 2, TEXT, _, escape, 0, 2000, "cause of escape: why it was not found here") \
    F(S, 3, TEXT, _, method, 0, 200, "how it was found: 5 why, fishbone, test report") \
    F(S, 4, TEXT, _, containment, 0, 1000, "containment") \
    F(S, 5, TEXT, _, corrective, 0, 1000, "corrective action") \
    F(S, 6, DAY, _, by, 0, 2932896, "by when")
DECLARE_RECORD(finding)

#define RECORD_disposition(F, S) /* of a complaint or claim: ISO 10002 7.6 to 7.8, ISO 9001 8.7, 10.2 */ \
    F(S, 1, ENUM, remedy, remedy, 1, 0, "what the customer gets") \
    F(S, 2, TEXT, _, text, 0, 1000, "in words: how much, when, by what") \
    F(S, 3, ENUM, cause, cause, 1, 0, "kind of cause") \
    F(S, 4, TEXT, _, occurrence, 0, 2000, "cause of occurrence") \
    F(S, 5, TEXT, _, escape, 0, 2000, "cause of escape") \
    F(S, 6, TEXT, _, department, 0, 32, "department that it arose in") \
    F(S, 7, TEXT, _, read_across, 0, 1000, "what else could have it (横向展开)") \
    F(S, 8, DECIMAL, _, loss, 0, INT64_MAX, "loss") \
    F(S, 9, TEXT, _, currency, 0, 3, "ISO 4217")
DECLARE_RECORD(disposition)

#define RECORD_fact(F, S) /* one input or result of an assessment */ \
    F(S, 1, TEXT, _, name, 1, 80, "what it is, as the rule names it") \
    F(S, 2, TEXT, _, of, 0, 120, "of what: a product, material, family, line") \
    F(S, 3, DECIMAL, _, value, INT64_MIN, INT64_MAX, "number") \
    F(S, 4, DAY, _, day, 0, 2932896, "day or week (its Monday)") \
    F(S, 5, TEXT, _, text, 0, 300, "text")
DECLARE_RECORD(fact)

#define RECORD_assessment(F, S) /* the rule's answer, with all it looked at */ \
    F(S, 1, TEXT, _, rule, 1, 40, "name of the rule (common/domain/assess)") \
    F(S, 2, INT, _, edition, 1, 9999, "edition of the rule") \
    F(S, 3, INT, _, cause, 1, INT64_MAX, "position at whose fold it was made") \
    F(S, 4, LIST, fact, inputs, 0, 4000, "what the rule looked at; the rule is a function of these alone") \
    F(S, 5, ENUM, verdict, verdict, 1, 0, "what the rule says") \
    F(S, 6, BOOL, _, certain, 0, 1, "the rule is sure: nothing was missing or guessed") \
    F(S, 7, LIST, condition, conditions, 0, 50, "conditions, if it accepts with conditions") \
    F(S, 8, TEXT, _, reason, 0, 2000, "in words, for people") \
    F(S, 9, INTS, _, requirements, 0, 500, "numbers of the requirements it speaks of")
DECLARE_RECORD(assessment)

/* ------------------------------------------------------------------ the procedure */

#define RECORD_department(F, S) \
    F(S, 1, TEXT, _, key, 1, 32, "short name: sales") \
    F(S, 2, TEXT, _, zh, 1, 60, "name in Chinese") \
    F(S, 3, TEXT, _, en, 1, 60, "name in English") \
    F(S, 4, TEXT, _, assessor, 0, 40, "rule of common/domain/assess, none = a person only") \
    F(S, 5, TEXTS, _, reviewers, 0, 16, "roles that give this department's verdict") \
    F(S, 6, TEXT, _, manager, 0, 40, "role that signs the department's standing mandate") \
    F(S, 7, TEXT, _, complaint_assessor, 0, 40, "rule for complaints, none = a person only")
DECLARE_RECORD(department)

#define RECORD_role(F, S) \
    F(S, 1, TEXT, _, key, 1, 40, "department.function: sales.head") \
    F(S, 2, TEXT, _, department, 1, 32, "key of its department") \
    F(S, 3, TEXT, _, zh, 1, 60, "name in Chinese") \
    F(S, 4, TEXT, _, en, 1, 60, "name in English") \
    F(S, 5, TEXTS, _, reads, 0, 16, "what it reads: orders, feedback, customers, prices, contacts, people, reference, events") \
    F(S, 6, INTS, _, may, 0, 32, "acts (enum act)") \
    F(S, 7, TEXTS, _, delegates, 0, 16, "roles whose holders may act for a holder of this one, when asked by mandate (代理)")
DECLARE_RECORD(role)

#define RECORD_reviewer(F, S) \
    F(S, 1, TEXT, _, department, 1, 32, "key of the department asked") \
    F(S, 2, ENUM, post_mode, mode, 1, 0, "what its daemon posts on orders of this class")
DECLARE_RECORD(reviewer)

#define RECORD_step(F, S) \
    F(S, 1, ENUM, meaning, meaning, 1, 0, "what the signature says; customer = the customer confirms") \
    F(S, 2, TEXT, _, role, 0, 40, "who signs; empty for the customer's confirmation") \
    F(S, 3, TEXT, _, stand_in, 0, 40, "who signs where four eyes bar every holder of the role")
DECLARE_RECORD(step)

#define RECORD_review_class(F, S) /* how cases of one class are reviewed; QP21-4.2.3, 4.6 */ \
    F(S, 1, TEXT, _, key, 1, 32, "regular, special; complaint, enquiry") \
    F(S, 2, TEXT, _, zh, 1, 60, "name in Chinese") \
    F(S, 3, TEXT, _, en, 1, 60, "name in English") \
    F(S, 4, LIST, reviewer, reviewers, 0, 32, "departments that review it; of feedback, those that can be asked") \
    F(S, 5, TEXT, _, convener, 0, 40, "role that convenes the review; none = it opens by itself") \
    F(S, 6, TEXT, _, concluder, 0, 40, "role that sums up (综合意见)") \
    F(S, 7, TEXT, _, concluder_stand_in, 0, 40, "who concludes where four eyes bar every holder of the role") \
    F(S, 8, LIST, step, steps, 0, 16, "signatures, in order; the last makes the order effective, the disposition final") \
    F(S, 9, TEXT, _, convener_stand_in, 0, 40, "who convenes in the convener's place") \
    F(S, 10, INTS, _, kinds, 0, 16, "of feedback: the kinds (enum feedback_kind) it is for") \
    F(S, 11, ENUM, severity, severity, 0, 0, "of feedback: from this severity on") \
    F(S, 12, BOOL, _, safety, 0, 1, "of feedback: and whenever safety is touched") \
    F(S, 13, INTS, _, before, 0, 8, "of feedback: stages (enum stage) that come before its review or answer") \
    F(S, 14, BOOL, _, actions_first, 0, 1, "of feedback: not closed before the effect of each action is verified")
DECLARE_RECORD(review_class)

#define RECORD_special_rule(F, S) \
    F(S, 1, ENUM, special_test, test, 1, 0, "what is looked at") \
    F(S, 2, TEXT, _, order_class, 1, 32, "the class it makes the order belong to")
DECLARE_RECORD(special_rule)

#define RECORD_shift(F, S) /* when people work */ \
    F(S, 1, INTS, _, days, 1, 7, "days of the week (enum weekday)") \
    F(S, 2, TEXT, _, from, 5, 5, "beginning, 08:00 local time") \
    F(S, 3, TEXT, _, to, 5, 5, "end, 12:00; 24:00 = midnight")
DECLARE_RECORD(shift)

#define RECORD_deadline(F, S) /* QP21-4.4.3, ISO 10002: how long a stage may take; the first row that fits is the case's */ \
    F(S, 1, TEXTS, _, classes, 0, 32, "classes of order or feedback; none = all") \
    F(S, 2, ENUM, stage, stage, 1, 0, "which stage") \
    F(S, 3, INT, _, hours, 0, 8784, "working hours from its beginning; of an action the day that it names counts") \
    F(S, 4, INT, _, near, 0, 8784, "so many working hours before the end it is near; 0 = nobody is warned") \
    F(S, 5, TEXT, _, escalate, 0, 40, "role that is told when it was missed (超时升级)") \
    F(S, 6, ENUM, severity, severity, 0, 0, "of feedback: from this severity on") \
    F(S, 7, BOOL, _, urgent, 0, 1, "of feedback: where it is urgent or touches safety") \
    F(S, 8, BOOL, _, clock, 0, 1, "hours of the clock, not working hours")
DECLARE_RECORD(deadline)

#define RECORD_procedure(F, S) \
    F(S, 1, TEXT, _, document, 1, 40, "document number: QP21") \
    F(S, 2, TEXT, _, edition, 1, 40, "edition: A/0") \
    F(S, 3, TEXT, _, approver, 1, 60, "who approved it") \
    F(S, 4, DAY, _, effective, 1, 2932896, "effective from") \
    F(S, 5, LIST, department, departments, 1, 64, "") \
    F(S, 6, LIST, role, roles, 1, 128, "") \
    F(S, 7, LIST, review_class, classes, 1, 16, "the first is an order's class when no rule speaks") \
    F(S, 8, LIST, special_rule, special, 0, 32, "in order; the first that holds proposes the class") \
    F(S, 9, INTS, _, oral_channels, 0, 3, "channels (enum channel) after which the customer confirms first") \
    F(S, 10, BOOL, _, four_eyes, 0, 1, "who registered an order neither concludes nor signs it") \
    F(S, 11, INT, _, offset_minutes, -840, 840, "company's local time, minutes east of UTC") \
    F(S, 12, TEXT, _, order_prefix, 0, 16, "order numbers: prefix, year, running number") \
    F(S, 13, TEXT, _, customer_prefix, 0, 16, "customer numbers") \
    F(S, 14, DIGEST, _, source, 0, 1, "SHA-256 of the file it was read from") \
    F(S, 15, LIST, review_class, feedback, 0, 32, "classes of feedback; the first that fits is the case's") \
    F(S, 16, TEXT, _, complaint_prefix, 0, 16, "complaint numbers") \
    F(S, 17, TEXT, _, feedback_prefix, 0, 16, "numbers of other feedback") \
    F(S, 18, INT, _, complaint_months, 0, 240, "how many months back an assessment looks at complaints; 0 = 12") \
    F(S, 19, LIST, shift, working, 0, 64, "working time; without it no deadline runs") \
    F(S, 20, LIST, deadline, deadlines, 0, 256, "") \
    F(S, 21, INT, _, nudge_first, 0, 100000, "minutes that a stage lasts before somebody is nudged (催办)") \
    F(S, 22, INT, _, nudge_again, 0, 100000, "minutes between two nudges") \
    F(S, 23, TEXT, _, quiet_from, 0, 5, "nobody is nudged from this hour on, 22:00 local time") \
    F(S, 24, TEXT, _, quiet_to, 0, 5, "until this one, 07:00") \
    F(S, 25, INTS, _, customer_told, 0, 16, "what customers are told of (enum milestone, QP21-4.5b)")
DECLARE_RECORD(procedure)

/* ------------------------------------------------------------------ reference data */

#define RECORD_product_row(F, S) \
    F(S, 1, TEXT, _, product, 1, 80, "product number") \
    F(S, 2, TEXT, _, name, 1, 200, "name and specification") \
    F(S, 3, TEXT, _, family, 1, 80, "product family") \
    F(S, 4, TEXT, _, material, 0, 80, "material number") \
    F(S, 5, DECIMAL, _, material_per_piece, 0, INT64_MAX, "material per piece, in the stock's unit") \
    F(S, 6, DECIMAL, _, price, 0, INT64_MAX, "list price") \
    F(S, 7, TEXT, _, currency, 0, 3, "ISO 4217") \
    F(S, 8, BOOL, _, standard, 0, 1, "design-frozen (定型产品)") \
    F(S, 9, TEXT, _, drawing, 0, 80, "drawing and its frozen revision") \
    F(S, 10, INT, _, lead_days, 0, 3650, "usual delivery time, calendar days") \
    F(S, 11, TEXT, _, unit, 0, 16, "unit")
DECLARE_RECORD(product_row)

#define RECORD_capacity_row(F, S) \
    F(S, 1, TEXT, _, family, 1, 80, "product family") \
    F(S, 2, TEXT, _, work_centre, 0, 80, "bottleneck") \
    F(S, 3, DAY, _, week, 1, 2932896, "Monday of the week") \
    F(S, 4, DECIMAL, _, capacity, 0, INT64_MAX, "pieces in that week") \
    F(S, 5, DECIMAL, _, committed, 0, INT64_MAX, "already promised outside this ledger")
DECLARE_RECORD(capacity_row)

#define RECORD_stock_row(F, S) \
    F(S, 1, TEXT, _, material, 1, 80, "material number") \
    F(S, 2, TEXT, _, name, 1, 200, "name and grade") \
    F(S, 3, DECIMAL, _, stock, 0, INT64_MAX, "in stock") \
    F(S, 4, TEXT, _, unit, 1, 16, "unit: kg") \
    F(S, 5, INT, _, lead_days, 0, 3650, "lead time in working days")
DECLARE_RECORD(stock_row)

#define RECORD_capability_row(F, S) \
    F(S, 1, TEXT, _, characteristic, 1, 80, "what can be inspected") \
    F(S, 2, TEXT, _, standard, 1, 80, "by which standard") \
    F(S, 3, DECIMAL, _, from, INT64_MIN, INT64_MAX, "range, lower end") \
    F(S, 4, DECIMAL, _, to, INT64_MIN, INT64_MAX, "range, upper end") \
    F(S, 5, TEXT, _, unit, 0, 32, "unit of the range") \
    F(S, 6, TEXT, _, note, 0, 200, "remark")
DECLARE_RECORD(capability_row)

#define RECORD_calendar_row(F, S) /* a day that is not what its weekday says */ \
    F(S, 1, DAY, _, day, 1, 2932896, "the day") \
    F(S, 2, BOOL, _, off, 0, 1, "nobody works; else a make-up workday (调休)") \
    F(S, 3, TEXT, _, name, 0, 80, "春节") \
    F(S, 4, INT, _, year, 0, 9999, "year in whose arrangement the State Council has it; 0 = the company's own day")
DECLARE_RECORD(calendar_row)

/* ------------------------------------------------------------------ bodies: ledger, people */

#define RECORD_genesis(F, S) \
    F(S, 1, TEXT, _, company, 1, 120, "the company's name") \
    F(S, 2, TEXT, _, administrator, 1, 60, "first administrator's name") \
    F(S, 3, TEXT, _, handle, 1, 32, "first administrator's handle") \
    F(S, 4, PUBKEY, _, administrator_key, 1, 1, "its Ed25519 key") \
    F(S, 5, PUBKEY, _, coordinator_key, 1, 1, "Ed25519 key that signs heads") \
    F(S, 6, PUBKEY, _, coordinator_curve, 1, 1, "CURVE key of the coordinator") \
    F(S, 7, PUBKEY, _, archiver_key, 1, 1, "Ed25519 key that signs checkpoints") \
    F(S, 8, PUBKEY, _, archiver_curve, 1, 1, "CURVE key of the archiver") \
    F(S, 9, PUBKEY, _, recovery_key, 1, 1, "Ed25519 key that stands in for a lost second administrator") \
    F(S, 10, INT, _, rules, 1, 9999, "rules number the ledger starts with")
DECLARE_RECORD(genesis)

#define RECORD_restored(F, S) \
    F(S, 1, INT, _, base, 0, INT64_MAX, "last position that survived") \
    F(S, 2, INT, _, epoch, 1, INT64_MAX, "the new epoch") \
    F(S, 3, INT, _, lost_to, 0, INT64_MAX, "highest position that was ever announced") \
    F(S, 4, TEXT, _, reason, 1, 600, "why")
DECLARE_RECORD(restored)

#define RECORD_resume(F, S) \
    F(S, 1, TEXT, _, reason, 1, 600, "why it may go on without the archiver") \
    F(S, 2, INT, _, from, 0, INT64_MAX, "position from which it goes on")
DECLARE_RECORD(resume)

#define RECORD_rules(F, S) \
    F(S, 1, INT, _, rules, 1, 9999, "number of the decide code from here on") \
    F(S, 2, TEXT, _, reason, 1, 600, "what changes")
DECLARE_RECORD(rules)

#define RECORD_clock(F, S) \
    F(S, 1, MOMENT, _, now, 1, INT64_MAX, "the right time, to the minute") \
    F(S, 2, TEXT, _, reason, 1, 600, "why the clock jumped")
DECLARE_RECORD(clock)

#define RECORD_person_enrol(F, S) \
    F(S, 1, TEXT, _, handle, 1, 32, "name in ASCII letters, unique: linxiaohe") \
    F(S, 2, TEXT, _, name, 1, 60, "name as people know it") \
    F(S, 3, TEXTS, _, roles, 0, 16, "role keys") \
    F(S, 4, PUBKEY, _, key, 1, 1, "Ed25519 key") \
    F(S, 5, BOOL, _, administrator, 0, 1, "may enrol and revoke") \
    F(S, 6, TEXT, _, department, 1, 32, "department")
DECLARE_RECORD(person_enrol)

#define RECORD_person_change(F, S) \
    F(S, 1, TEXTS, _, roles, 0, 16, "role keys from now on") \
    F(S, 2, BOOL, _, administrator, 0, 1, "administrator from now on") \
    F(S, 3, TEXT, _, department, 1, 32, "department from now on") \
    F(S, 4, TEXT, _, name, 1, 60, "name from now on")
DECLARE_RECORD(person_change)

#define RECORD_key_replace(F, S) \
    F(S, 1, PUBKEY, _, key, 1, 1, "the new Ed25519 key of a person, or of a daemon but the coordinator; the old one counts no more") \
    F(S, 2, TEXT, _, reason, 1, 600, "why")
DECLARE_RECORD(key_replace)

#define RECORD_revoke(F, S) \
    F(S, 1, TEXT, _, reason, 1, 600, "why")
DECLARE_RECORD(revoke)

#define RECORD_station_enrol(F, S) \
    F(S, 1, TEXT, _, name, 1, 60, "the workstation's name") \
    F(S, 2, TEXT, _, department, 1, 32, "department whose daemon it talks to") \
    F(S, 3, PUBKEY, _, curve, 1, 1, "its CURVE key")
DECLARE_RECORD(station_enrol)

#define RECORD_daemon_enrol(F, S) \
    F(S, 1, TEXT, _, name, 1, 60, "department:planning, notifier") \
    F(S, 2, ENUM, part, part, 1, 0, "what it is") \
    F(S, 3, TEXT, _, department, 0, 32, "of a department daemon") \
    F(S, 4, PUBKEY, _, key, 1, 1, "Ed25519 key it signs with") \
    F(S, 5, PUBKEY, _, curve, 1, 1, "its CURVE key") \
    F(S, 6, IDENT, _, answers, 1, 1, "the person who answers for it")
DECLARE_RECORD(daemon_enrol)

#define RECORD_confirm(F, S) \
    F(S, 1, IDENT, _, pending, 1, 1, "id of the command to be confirmed") \
    F(S, 2, BOOL, _, refuse, 0, 1, "refuse it instead") \
    F(S, 3, TEXT, _, reason, 0, 600, "why")
DECLARE_RECORD(confirm)

#define RECORD_mandate(F, S) \
    F(S, 1, TEXT, _, department, 1, 32, "whose verdicts the daemon may post") \
    F(S, 2, TEXT, _, rule, 1, 40, "by which rule") \
    F(S, 3, TEXTS, _, classes, 1, 16, "on which classes of order") \
    F(S, 4, MOMENT, _, until, 1, INT64_MAX, "until when")
DECLARE_RECORD(mandate)

#define RECORD_delegation(F, S) /* 代理, 授权委托书 */ \
    F(S, 1, IDENT, _, delegate, 1, 1, "the person who acts") \
    F(S, 2, TEXT, _, role, 1, 40, "in which role of whoever signs this") \
    F(S, 3, MOMENT, _, from, 1, INT64_MAX, "from when") \
    F(S, 4, MOMENT, _, until, 1, INT64_MAX, "until when") \
    F(S, 5, TEXT, _, reason, 1, 600, "why")
DECLARE_RECORD(delegation)

#define RECORD_adopt(F, S) \
    F(S, 1, BYTES, _, procedure, 1, 262144, "canonical procedure record") \
    F(S, 2, BOOL, _, restarts, 0, 1, "open reviews that it strands start again under it")
DECLARE_RECORD(adopt)

#define RECORD_reference_begin(F, S) \
    F(S, 1, ENUM, dataset, dataset, 1, 0, "which data") \
    F(S, 2, INT, _, rows, 0, 1000000, "rows in all") \
    F(S, 3, DIGEST, _, source, 1, 1, "SHA-256 of the file") \
    F(S, 4, TEXT, _, name, 1, 200, "file name")
DECLARE_RECORD(reference_begin)

#define RECORD_reference_chunk(F, S) \
    F(S, 1, INT, _, first, 0, 1000000, "number of rows before this chunk") \
    F(S, 2, LIST, product_row, products, 0, 1000, "") \
    F(S, 3, LIST, capacity_row, capacities, 0, 1000, "") \
    F(S, 4, LIST, stock_row, stocks, 0, 1000, "") \
    F(S, 5, LIST, capability_row, capabilities, 0, 1000, "") \
    F(S, 6, LIST, calendar_row, days, 0, 800, "")
DECLARE_RECORD(reference_chunk)

#define RECORD_reference_adopt(F, S) \
    F(S, 1, INT, _, rows, 0, 1000000, "rows in all, once more") \
    F(S, 2, DIGEST, _, source, 1, 1, "SHA-256 of the file, once more")
DECLARE_RECORD(reference_adopt)

/* ------------------------------------------------------------------ bodies: customer, order */

#define RECORD_customer(F, S) /* 6.1 customer file; contact persons lie in blobs */ \
    F(S, 1, TEXT, _, name, 1, 200, "name") \
    F(S, 2, TEXT, _, short_name, 1, 60, "short name") \
    F(S, 3, TEXT, _, code, 0, 40, "the company's own code for it") \
    F(S, 4, TEXT, _, credit_code, 0, 40, "统一社会信用代码, or the foreign equivalent") \
    F(S, 5, TEXT, _, address, 0, 300, "address") \
    F(S, 6, TEXT, _, delivery_address, 0, 300, "delivery address") \
    F(S, 7, TEXT, _, terms, 0, 120, "terms of payment") \
    F(S, 8, DECIMAL, _, credit, 0, INT64_MAX, "credit limit") \
    F(S, 9, TEXT, _, currency, 0, 3, "ISO 4217") \
    F(S, 10, TEXT, _, trade, 0, 80, "trade") \
    F(S, 11, TEXT, _, grade, 0, 20, "grade") \
    F(S, 12, TEXT, _, special, 0, 1000, "special requirements") \
    F(S, 13, DIGEST, _, contact, 0, 1, "blob with the contact persons, erasable") \
    F(S, 14, DAY, _, since, 0, 2932896, "first business") \
    F(S, 15, TEXT, _, property, 0, 600, "customer property: drawings, samples, moulds")
DECLARE_RECORD(customer)

#define RECORD_classify(F, S) \
    F(S, 1, TEXT, _, order_class, 1, 32, "the class confirmed") \
    F(S, 2, TEXT, _, reason, 1, 600, "why (QP21-4.2.3)")
DECLARE_RECORD(classify)

#define RECORD_convene(F, S) \
    F(S, 1, TEXT, _, note, 0, 600, "what the departments should look at")
DECLARE_RECORD(convene)

#define RECORD_verdict_given(F, S) \
    F(S, 1, TEXT, _, department, 1, 32, "the department that speaks") \
    F(S, 2, ENUM, verdict, verdict, 1, 0, "") \
    F(S, 3, LIST, condition, conditions, 0, 50, "accept with conditions: at least one") \
    F(S, 4, TEXT, _, reason, 0, 2000, "reject: required") \
    F(S, 5, INTS, _, requirements, 0, 500, "numbers of the requirements it speaks of") \
    F(S, 6, TEXT, _, evidence, 0, 1000, "what it rests on") \
    F(S, 7, LIST, assessment, assessment, 0, 1, "automatic: the rule's answer") \
    F(S, 8, TEXTS, _, aspects, 0, 16, "what was reviewed: capacity, delivery, material, inspection, price") \
    F(S, 9, DAY, _, confirmed, 0, 2932896, "delivery date confirmed (确认交期)") \
    F(S, 10, LIST, finding, finding, 0, 1, "on a complaint: what was found")
DECLARE_RECORD(verdict_given)

#define RECORD_retract(F, S) \
    F(S, 1, TEXT, _, department, 1, 32, "whose verdict is taken back") \
    F(S, 2, TEXT, _, reason, 1, 600, "why")
DECLARE_RECORD(retract)

#define RECORD_advice(F, S) \
    F(S, 1, TEXT, _, department, 1, 32, "for whom") \
    F(S, 2, LIST, assessment, assessment, 1, 1, "the rule's answer")
DECLARE_RECORD(advice)

#define RECORD_conclude(F, S) \
    F(S, 1, ENUM, outcome, outcome, 1, 0, "") \
    F(S, 2, TEXT, _, opinion, 1, 2000, "综合意见") \
    F(S, 3, LIST, answer, answers, 0, 5, "of an order: QP21-4.2.2, in order a1 a2 b c d") \
    F(S, 4, LIST, measure, measures, 0, 50, "QP21-4.3.3") \
    F(S, 5, LIST, disposition, disposition, 0, 1, "of a complaint or claim: QP21-4.6")
DECLARE_RECORD(conclude)

#define RECORD_sign(F, S) \
    F(S, 1, ENUM, meaning, meaning, 1, 0, "what this signature says") \
    F(S, 2, TEXT, _, remark, 0, 600, "")
DECLARE_RECORD(sign)

#define RECORD_forward(F, S) /* 转交 */ \
    F(S, 1, TEXT, _, department, 1, 32, "whose verdict another person is to give") \
    F(S, 2, IDENT, _, to, 1, 1, "that person") \
    F(S, 3, TEXT, _, reason, 1, 600, "why")
DECLARE_RECORD(forward)

#define RECORD_add_reviewer(F, S) /* 加签 */ \
    F(S, 1, TEXT, _, department, 1, 32, "the department that is asked, too") \
    F(S, 2, TEXT, _, reason, 1, 600, "why")
DECLARE_RECORD(add_reviewer)

#define RECORD_nudge(F, S) /* 催办 */ \
    F(S, 1, ENUM, stage, stage, 1, 0, "what is waited for") \
    F(S, 2, TEXT, _, note, 0, 300, "a word to those who are waited for")
DECLARE_RECORD(nudge)

#define RECORD_notified(F, S) /* QP21-4.4.3, 4.5b; no address is in it */ \
    F(S, 1, INT, _, event, 1, INT64_MAX, "position of the event that was told of") \
    F(S, 2, TEXT, _, rule, 1, 40, "by which rule of the notifier") \
    F(S, 3, TEXT, _, hook, 1, 20, "e-mail, exec") \
    F(S, 4, IDENT, _, person, 0, 1, "who was told; absent: the customer's contact person, or a program") \
    F(S, 5, ENUM, notify_outcome, outcome, 1, 0, "accepted: the relay took it") \
    F(S, 6, INT, _, attempts, 0, 1000000, "how often it was tried") \
    F(S, 7, INT, _, code, 0, 999, "reply code (RFC 5321 4.2), exit code") \
    F(S, 8, TEXT, _, text, 0, 300, "what the relay said, without addresses") \
    F(S, 9, TEXT, _, message_id, 0, 200, "Message-ID (RFC 5322 3.6.4)") \
    F(S, 10, MOMENT, _, time, 1, INT64_MAX, "when")
DECLARE_RECORD(notified)

#define RECORD_notify_act(F, S) \
    F(S, 1, IDENT, _, notification, 1, 1, "id of the notification") \
    F(S, 2, TEXT, _, reason, 1, 600, "why")
DECLARE_RECORD(notify_act)

#define RECORD_checkpoint_told(F, S) /* a checkpoint left the house; no address is in it */ \
    F(S, 1, INT, _, position, 1, INT64_MAX, "of the checkpoint") \
    F(S, 2, TEXT, _, auditor, 1, 40, "whom the notifier's configuration calls so") \
    F(S, 3, ENUM, notify_outcome, outcome, 1, 0, "accepted: the relay took it") \
    F(S, 4, INT, _, attempts, 0, 1000000, "how often it was tried") \
    F(S, 5, INT, _, code, 0, 999, "reply code (RFC 5321 4.2)") \
    F(S, 6, TEXT, _, text, 0, 300, "what the relay said, without addresses") \
    F(S, 7, TEXT, _, message_id, 0, 200, "Message-ID (RFC 5322 3.6.4)") \
    F(S, 8, MOMENT, _, time, 1, INT64_MAX, "when")
DECLARE_RECORD(checkpoint_told)

#define RECORD_amend(F, S) /* QP21-4.4.3 */ \
    F(S, 1, LIST, order_content, content, 1, 1, "the whole order as it is now") \
    F(S, 2, TEXT, _, reason, 1, 1000, "what changed and why") \
    F(S, 3, LIST, confirmation, agreement, 1, 1, "the customer's agreement")
DECLARE_RECORD(amend)

#define RECORD_decline(F, S) \
    F(S, 1, TEXT, _, reason, 1, 1000, "why we do not take it") \
    F(S, 2, TEXT, _, told, 0, 300, "how the customer was told")
DECLARE_RECORD(decline)

#define RECORD_withdraw(F, S) \
    F(S, 1, TEXT, _, reason, 1, 1000, "why the customer withdrew it") \
    F(S, 2, LIST, confirmation, word, 1, 1, "the customer's word")
DECLARE_RECORD(withdraw)

/* ------------------------------------------------------------------ bodies: feedback, actions */

#define RECORD_feedback_content(F, S) /* 6.4 complaint register, QP21-4.6; contact persons lie in blobs */ \
    F(S, 1, ENUM, feedback_kind, kind, 1, 0, "what it is") \
    F(S, 2, IDENT, _, customer, 1, 1, "the customer's case") \
    F(S, 3, ENUM, medium, medium, 1, 0, "how it came") \
    F(S, 4, MOMENT, _, received, 1, INT64_MAX, "when it came") \
    F(S, 5, IDENT, _, order, 0, 1, "the order it is about, where known") \
    F(S, 6, TEXT, _, delivery_note, 0, 40, "number of the delivery note") \
    F(S, 7, TEXT, _, product, 0, 80, "product number") \
    F(S, 8, TEXT, _, lot, 0, 80, "lot, as told") \
    F(S, 9, DECIMAL, _, delivered, 0, INT64_MAX, "quantity delivered") \
    F(S, 10, DECIMAL, _, affected, 0, INT64_MAX, "quantity that it is about, as told") \
    F(S, 11, TEXT, _, unit, 0, 16, "unit") \
    F(S, 12, TEXT, _, text, 1, 4000, "what happened, what is asked, what was said") \
    F(S, 13, TEXT, _, sought, 0, 1000, "what the customer wants") \
    F(S, 14, LIST, attachment, attachments, 0, 20, "photographs, letters") \
    F(S, 15, DIGEST, _, contact, 0, 1, "blob with the person who spoke, erasable") \
    F(S, 16, TEXT, _, note, 0, 1000, "remark")
DECLARE_RECORD(feedback_content)

#define RECORD_feedback_amend(F, S) \
    F(S, 1, LIST, feedback_content, content, 1, 1, "the whole as it is now") \
    F(S, 2, TEXT, _, reason, 1, 1000, "what was wrong or has come to light")
DECLARE_RECORD(feedback_amend)

#define RECORD_acknowledge(F, S) /* ISO 10002 7.4 */ \
    F(S, 1, ENUM, medium, medium, 1, 0, "how the customer was told that it is here") \
    F(S, 2, MOMENT, _, when, 1, INT64_MAX, "when") \
    F(S, 3, TEXT, _, text, 0, 1000, "what was said")
DECLARE_RECORD(acknowledge)

#define RECORD_triage(F, S) /* ISO 10002 7.5 */ \
    F(S, 1, ENUM, severity, severity, 1, 0, "") \
    F(S, 2, BOOL, _, safety, 0, 1, "safety is touched") \
    F(S, 3, BOOL, _, urgent, 0, 1, "it cannot wait") \
    F(S, 4, BOOL, _, complex, 0, 1, "it needs more than one department or a test") \
    F(S, 5, IDENT, _, duplicate, 0, 1, "the case that is about the same thing") \
    F(S, 6, TEXTS, _, departments, 0, 32, "who is asked, of those that its class can ask; none = all of them") \
    F(S, 7, TEXT, _, reason, 0, 1000, "why; required where safety or severity is lowered")
DECLARE_RECORD(triage)

#define RECORD_containment(F, S) /* QP21-4.6, 围堵措施 */ \
    F(S, 1, TEXT, _, customer, 0, 600, "at the customer's") \
    F(S, 2, TEXT, _, transit, 0, 600, "on its way") \
    F(S, 3, TEXT, _, stock, 0, 600, "in stock and in the works") \
    F(S, 4, TEXT, _, unneeded, 0, 600, "why nothing has to be contained")
DECLARE_RECORD(containment)

#define RECORD_reply_given(F, S) /* ISO 10002 7.8 */ \
    F(S, 1, TEXT, _, text, 1, 4000, "what the customer was told") \
    F(S, 2, ENUM, medium, medium, 1, 0, "how") \
    F(S, 3, MOMENT, _, when, 1, INT64_MAX, "when") \
    F(S, 4, LIST, attachment, attachments, 0, 20, "the letter")
DECLARE_RECORD(reply_given)

#define RECORD_closing(F, S) /* ISO 10002 7.9 */ \
    F(S, 1, ENUM, ending, ending, 1, 0, "whether the customer agrees") \
    F(S, 2, TEXT, _, text, 0, 1000, "required unless agreed: what was done to come to terms")
DECLARE_RECORD(closing)

#define RECORD_reclassify(F, S) /* QP21-4.6 b */ \
    F(S, 1, ENUM, feedback_kind, kind, 1, 0, "what it is") \
    F(S, 2, TEXT, _, reason, 1, 600, "why")
DECLARE_RECORD(reclassify)

#define RECORD_action_add(F, S) /* QP21-1 */ \
    F(S, 1, LIST, measure, measure, 1, 1, "what, who, by when") \
    F(S, 2, TEXT, _, reason, 0, 600, "where it comes from")
DECLARE_RECORD(action_add)

#define RECORD_action_change(F, S) \
    F(S, 1, INT, _, no, 1, 9999, "number of the action in its case") \
    F(S, 2, IDENT, _, owner, 0, 1, "the new owner") \
    F(S, 3, DAY, _, due, 0, 2932896, "the new date") \
    F(S, 4, TEXT, _, reason, 1, 600, "why")
DECLARE_RECORD(action_change)

#define RECORD_action_report(F, S) \
    F(S, 1, INT, _, no, 1, 9999, "number of the action in its case") \
    F(S, 2, TEXT, _, text, 1, 1000, "what was done, and what shows it") \
    F(S, 3, LIST, attachment, attachments, 0, 20, "evidence")
DECLARE_RECORD(action_report)

#define RECORD_action_verify(F, S) /* ISO 9001 10.2.1 d */ \
    F(S, 1, INT, _, no, 1, 9999, "number of the action in its case") \
    F(S, 2, BOOL, _, effective, 0, 1, "it had its effect; else it is open again") \
    F(S, 3, TEXT, _, text, 1, 1000, "by what this was seen") \
    F(S, 4, LIST, attachment, attachments, 0, 20, "evidence")
DECLARE_RECORD(action_verify)

#define RECORD_blob_erase(F, S) \
    F(S, 1, DIGEST, _, blob, 1, 1, "contact or attachment (its first piece)") \
    F(S, 2, LIST, blob_piece, pieces, 0, 63, "an attachment's other pieces") \
    F(S, 3, TEXT, _, reason, 1, 600, "on whose wish, by which rule")
DECLARE_RECORD(blob_erase)

/* derived */
#define RECORD_numbered(F, S) \
    F(S, 1, ENUM, series, series, 1, 0, "") \
    F(S, 2, TEXT, _, number, 1, 40, "the number as printed") \
    F(S, 3, INT, _, running, 1, INT64_MAX, "running number within series and year") \
    F(S, 4, INT, _, year, 1970, 9999, "year of the number")
DECLARE_RECORD(numbered)

#define RECORD_class_proposed(F, S) \
    F(S, 1, INT, _, revision, 1, 9999, "") \
    F(S, 2, TEXT, _, order_class, 1, 32, "") \
    F(S, 3, TEXTS, _, reasons, 0, 32, "names of the tests that hold, each with its line: sooner-than-lead-time:2")
DECLARE_RECORD(class_proposed)

#define RECORD_round_opened(F, S) \
    F(S, 1, INT, _, round, 1, 9999, "number of the round in its case, from 1") \
    F(S, 2, INT, _, revision, 1, 9999, "") \
    F(S, 3, DIGEST, _, digest, 1, 1, "of the requirements under review") \
    F(S, 4, TEXTS, _, departments, 1, 32, "who is asked") \
    F(S, 5, INT, _, procedure, 1, INT64_MAX, "position of the edition that this round keeps")
DECLARE_RECORD(round_opened)

#define RECORD_tallied(F, S) \
    F(S, 1, INT, _, round, 1, 9999, "") \
    F(S, 2, ENUM, outcome, outcome, 1, 0, "汇总建议") \
    F(S, 3, INT, _, accept, 0, 32, "departments that accept") \
    F(S, 4, INT, _, conditions, 0, 32, "that accept with conditions") \
    F(S, 5, INT, _, reject, 0, 32, "that reject") \
    F(S, 6, INT, _, ours, 0, 32, "that find it ours") \
    F(S, 7, INT, _, partly, 0, 32, "partly ours") \
    F(S, 8, INT, _, not_ours, 0, 32, "not ours")
DECLARE_RECORD(tallied)

#define RECORD_became(F, S) \
    F(S, 1, INT, _, revision, 1, 9999, "the revision that it is true of")
DECLARE_RECORD(became)

#define RECORD_deadline_mark(F, S) \
    F(S, 1, ENUM, stage, stage, 1, 0, "the stage") \
    F(S, 2, INT, _, began, 1, INT64_MAX, "position of the event with which it began") \
    F(S, 3, MOMENT, _, due, 1, INT64_MAX, "its end") \
    F(S, 4, TEXTS, _, departments, 0, 32, "of a review: who has not spoken") \
    F(S, 5, TEXT, _, escalate, 0, 40, "missed: the role that is told") \
    F(S, 6, INT, _, action, 0, 9999, "of an action: its number")
DECLARE_RECORD(deadline_mark)

#define RECORD_alarm(F, S) \
    F(S, 1, TEXT, _, what, 1, 60, "decision-differs, command-id-reused, fork") \
    F(S, 2, INT, _, at, 0, INT64_MAX, "position it speaks of") \
    F(S, 3, TEXT, _, text, 1, 1000, "")
DECLARE_RECORD(alarm)

/* ------------------------------------------------------------------ kinds */

/* scope: whose fold the event belongs to. CASE: of whatever case its object is, order or feedback; what departments do
   to one is the same for all. From ORDER on, the context holds nothing of it. */
typedef enum scope {
    SCOPE_LEDGER, SCOPE_DIRECTORY, SCOPE_PROCEDURE, SCOPE_REFERENCE, SCOPE_CUSTOMER,
    SCOPE_ORDER, SCOPE_FEEDBACK, SCOPE_CASE
} scope_t;
static inline bool scope_of_cases(scope_t scope) { return scope >= SCOPE_ORDER; }
enum kind_flag {
    OPENS = 1,       /* its id becomes the id of a new case */
    JUDGES = 2,      /* bound to revision and digest */
    VERSIONED = 4,   /* bound to the case's version */
    DERIVED = 8,     /* never a command */
    BY_DAEMON = 16,  /* a daemon's key may sign it, too */
    ASIDE = 64,      /* said of a case, whatever its state, and changes nothing that is decided: not counted in its version */
    ADMINISTERS = 32, /* an administrator's; a second one confirms (see directory.h) */
    SIGNS = 128      /* has the meaning of a signature: whoever says it has just given their passphrase (21 CFR 11.200) */
};

/* K(code, NAME, "name", scope, body record, flags) */
#define KINDS(K) \
    K(1, LEDGER_GENESIS, "ledger.genesis", SCOPE_LEDGER, genesis, OPENS) \
    K(2, LEDGER_RESTORED, "ledger.restored", SCOPE_LEDGER, restored, BY_DAEMON) \
    K(3, LEDGER_RESUME, "ledger.resume", SCOPE_LEDGER, resume, 0) \
    K(4, LEDGER_RULES, "ledger.rules", SCOPE_LEDGER, rules, ADMINISTERS) \
    K(5, LEDGER_CLOCK, "ledger.clock", SCOPE_LEDGER, clock, 0) \
    K(6, LEDGER_ALARM, "ledger.alarm", SCOPE_LEDGER, alarm, BY_DAEMON) \
    K(10, PERSON_ENROL, "person.enrol", SCOPE_DIRECTORY, person_enrol, OPENS | ADMINISTERS) \
    K(11, PERSON_CHANGE, "person.change", SCOPE_DIRECTORY, person_change, ADMINISTERS) \
    K(12, PERSON_REVOKE, "person.revoke", SCOPE_DIRECTORY, revoke, ADMINISTERS) \
    K(13, KEY_REPLACE, "key.replace", SCOPE_DIRECTORY, key_replace, ADMINISTERS) \
    K(14, STATION_ENROL, "station.enrol", SCOPE_DIRECTORY, station_enrol, OPENS | ADMINISTERS) \
    K(15, STATION_REVOKE, "station.revoke", SCOPE_DIRECTORY, revoke, ADMINISTERS) \
    K(16, DAEMON_ENROL, "daemon.enrol", SCOPE_DIRECTORY, daemon_enrol, OPENS | ADMINISTERS) \
    K(17, DAEMON_REVOKE, "daemon.revoke", SCOPE_DIRECTORY, revoke, ADMINISTERS) \
    K(18, CONFIRM, "directory.confirm", SCOPE_DIRECTORY, confirm, SIGNS) \
    K(25, MANDATE_GRANT, "mandate.grant", SCOPE_DIRECTORY, mandate, OPENS | SIGNS) \
    K(26, MANDATE_END, "mandate.end", SCOPE_DIRECTORY, revoke, 0) \
    K(27, DELEGATION_GRANT, "delegation.grant", SCOPE_DIRECTORY, delegation, OPENS | SIGNS) \
    K(28, DELEGATION_END, "delegation.end", SCOPE_DIRECTORY, revoke, 0) \
    K(30, PROCEDURE_ADOPT, "procedure.adopt", SCOPE_PROCEDURE, adopt, SIGNS) \
    K(40, REFERENCE_BEGIN, "reference.begin", SCOPE_REFERENCE, reference_begin, OPENS) \
    K(41, REFERENCE_CHUNK, "reference.chunk", SCOPE_REFERENCE, reference_chunk, 0) \
    K(42, REFERENCE_ADOPT, "reference.adopt", SCOPE_REFERENCE, reference_adopt, 0) \
    K(50, CUSTOMER_REGISTER, "customer.register", SCOPE_CUSTOMER, customer, OPENS) \
    K(51, CUSTOMER_CHANGE, "customer.change", SCOPE_CUSTOMER, customer, VERSIONED) \
    K(60, ORDER_REGISTER, "order.register", SCOPE_ORDER, order_content, OPENS) \
    K(61, ORDER_CLASSIFY, "order.classify", SCOPE_ORDER, classify, JUDGES) \
    K(62, ORDER_CUSTOMER_CONFIRM, "order.customer-confirm", SCOPE_ORDER, confirmation, JUDGES | SIGNS) \
    K(63, ORDER_CONVENE, "order.convene", SCOPE_ORDER, convene, JUDGES) \
    K(64, ROUND_VERDICT, "round.verdict", SCOPE_CASE, verdict_given, JUDGES | BY_DAEMON | SIGNS) \
    K(65, ROUND_RETRACT, "round.retract", SCOPE_CASE, retract, JUDGES) \
    K(66, ROUND_ADVISE, "round.advise", SCOPE_CASE, advice, JUDGES | BY_DAEMON) \
    K(67, ROUND_CONCLUDE, "round.conclude", SCOPE_CASE, conclude, JUDGES | SIGNS) \
    K(68, ROUND_SIGN, "round.sign", SCOPE_CASE, sign, JUDGES | SIGNS) \
    K(69, ORDER_AMEND, "order.amend", SCOPE_ORDER, amend, VERSIONED) \
    K(70, ORDER_DECLINE, "order.decline", SCOPE_ORDER, decline, JUDGES) \
    K(71, ORDER_WITHDRAW, "order.withdraw", SCOPE_ORDER, withdraw, JUDGES) \
    K(72, ROUND_FORWARD, "round.forward", SCOPE_CASE, forward, JUDGES) \
    K(73, ROUND_ADD_REVIEWER, "round.add-reviewer", SCOPE_CASE, add_reviewer, JUDGES) \
    K(74, CASE_NUDGE, "case.nudge", SCOPE_CASE, nudge, ASIDE) \
    K(80, NUMBERED, "document.numbered", SCOPE_CASE, numbered, DERIVED) \
    K(81, CLASS_PROPOSED, "order.class-proposed", SCOPE_ORDER, class_proposed, DERIVED) \
    K(82, ROUND_OPENED, "round.opened", SCOPE_CASE, round_opened, DERIVED) \
    K(83, ROUND_TALLIED, "round.tallied", SCOPE_CASE, tallied, DERIVED) \
    K(84, REVIEW_COMPLETED, "review.completed", SCOPE_ORDER, became, DERIVED) \
    K(85, ORDER_EFFECTIVE, "order.effective", SCOPE_ORDER, became, DERIVED) \
    K(86, CUSTOMER_NUMBERED, "customer.numbered", SCOPE_CUSTOMER, numbered, DERIVED) \
    K(87, FEEDBACK_DISPOSED, "feedback.disposed", SCOPE_FEEDBACK, became, DERIVED) \
    K(88, DEADLINE_NEAR, "deadline.near", SCOPE_CASE, deadline_mark, DERIVED | ASIDE) \
    K(89, DEADLINE_MISSED, "deadline.missed", SCOPE_CASE, deadline_mark, DERIVED | ASIDE) \
    K(100, FEEDBACK_REGISTER, "feedback.register", SCOPE_FEEDBACK, feedback_content, OPENS) \
    K(101, FEEDBACK_AMEND, "feedback.amend", SCOPE_FEEDBACK, feedback_amend, VERSIONED) \
    K(102, FEEDBACK_ACKNOWLEDGE, "feedback.acknowledge", SCOPE_FEEDBACK, acknowledge, JUDGES) \
    K(103, FEEDBACK_ASSESS, "feedback.assess", SCOPE_FEEDBACK, triage, JUDGES) \
    K(104, FEEDBACK_CONTAIN, "feedback.contain", SCOPE_FEEDBACK, containment, JUDGES) \
    K(105, FEEDBACK_ANSWER, "feedback.answer", SCOPE_FEEDBACK, reply_given, JUDGES) \
    K(106, FEEDBACK_CLOSE, "feedback.close", SCOPE_FEEDBACK, closing, JUDGES) \
    K(107, FEEDBACK_REOPEN, "feedback.reopen", SCOPE_FEEDBACK, revoke, JUDGES) \
    K(108, FEEDBACK_RECLASSIFY, "feedback.reclassify", SCOPE_FEEDBACK, reclassify, VERSIONED) \
    K(110, ACTION_ADD, "action.add", SCOPE_CASE, action_add, 0) \
    K(111, ACTION_CHANGE, "action.change", SCOPE_CASE, action_change, 0) \
    K(112, ACTION_REPORT, "action.report", SCOPE_CASE, action_report, 0) \
    K(113, ACTION_VERIFY, "action.verify", SCOPE_CASE, action_verify, SIGNS) \
    K(120, BLOB_ERASE, "blob.erase", SCOPE_LEDGER, blob_erase, 0) \
    K(130, NOTIFY_OUTCOME, "notify.outcome", SCOPE_CASE, notified, BY_DAEMON | ASIDE) \
    K(131, NOTIFY_RETRY, "notify.retry", SCOPE_CASE, notify_act, ASIDE) \
    K(132, NOTIFY_DROP, "notify.drop", SCOPE_CASE, notify_act, ASIDE) \
    K(133, NOTIFY_CHECKPOINT, "notify.checkpoint", SCOPE_LEDGER, checkpoint_told, BY_DAEMON) \
    K(134, NOTIFY_CHECKPOINT_RETRY, "notify.checkpoint-retry", SCOPE_LEDGER, notify_act, 0)

typedef enum kind {
    KIND_NONE = 0,
#define KIND_ROW(code, NAME, name, scope, record, flags) KIND_##NAME = (code),
    KINDS(KIND_ROW)
#undef KIND_ROW
} kind_t;

typedef struct kind_info { kind_t kind; const char *name; scope_t scope; const record_t *body; unsigned flags; } kind_info_t;

const kind_info_t *kind_info(int64_t code);        /* NULL if unknown */
const kind_info_t *kind_by_name(text_t name);      /* NULL if unknown */
bool kind_signs(int64_t code);                     /* SIGNS */
const kind_info_t *kind_list(size_t *n);           /* all, ascending */

#endif
