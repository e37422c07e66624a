/* SPDX-License-Identifier: Apache-2.0
 *
 * complaints: a product's other complaints, as the rules for complaints look at them. A verdict on a
 * complaint is mostly a person's: a rule says what the record knows, and which way that points.
 */
#ifndef COUNTERSIGN_DOMAIN_COMPLAINTS_H
#define COUNTERSIGN_DOMAIN_COMPLAINTS_H

#include "common/domain/assess/assess.h"
#include "common/domain/assess/facts.h"
#include "common/domain/assess/opinion.h"

/* The content of the complaint that is assessed. */
const struct feedback_content *complaint_content(const assess_input_t *in);
/* First day of the months that the procedure looks back (complaint_months, 12 where it says none). */
day_t complaints_since(const assess_input_t *in);
/* The company's day on which it was registered. */
day_t complaint_day(const assess_input_t *in, const feedback_t *complaint);
/* The conclusion on it that holds, signed; NULL: not yet, or it was reopened and holds no more. */
const struct conclude *complaint_conclusion(const feedback_t *complaint);

/* The fact "more", where there is earlier feedback on the product than was looked at. */
void complaints_more(const assess_input_t *in, facts_t *facts);
/* Is it that fact? Then the opinion says so, and is no longer certain. */
bool complaints_say_more(opinion_t *self, const struct fact *fact);

/* How the reason begins where the rule leans nowhere: the record needs a verdict, and the one in it
   is then no finding. Whoever shows it leaves the verdict's word out. */
#define LEANS_NOWHERE "规则无倾向："

/* Starts an opinion that leans nowhere and is not certain: a person has to look. */
void complaint_opinion(opinion_t *self, arena_t *arena, struct assessment *out);
/* It points this way; the last word counts. */
void opinion_lean(opinion_t *self, enum verdict verdict);

#endif
