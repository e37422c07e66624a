/* SPDX-License-Identifier: Apache-2.0
 *
 * rules_hours: quiet hours and the hour of collected mails, on the company's clock.
 */
#include "common/base/moment.h"
#include "daemons/notifier/rules.h"

#define DAY_MINUTES 1440

static int64_t minute_of_day(moment_t now, int offset) {
    int64_t local = now / MINUTE_MS + offset;
    return ((local % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
}

moment_t rules_quiet_end(const rules_t *self, moment_t now, int offset) {
    if (self->quiet_from_min < 0 || self->quiet_from_min == self->quiet_to_min)
        return now;
    int64_t at = minute_of_day(now, offset), from = self->quiet_from_min, to = self->quiet_to_min;
    bool quiet = from < to ? at >= from && at < to : at >= from || at < to;
    return quiet ? (now / MINUTE_MS + (to - at + DAY_MINUTES) % DAY_MINUTES) * MINUTE_MS : now;
}

/* The next time that the clock shows these minutes of a day, strictly after `now`. */
static moment_t next_at(int64_t minutes, moment_t now, int offset) {
    int64_t wait = (minutes - minute_of_day(now, offset) + DAY_MINUTES) % DAY_MINUTES;
    return (now / MINUTE_MS + (wait ? wait : DAY_MINUTES)) * MINUTE_MS;
}

moment_t rules_digest_next(const rules_t *self, moment_t now, int offset) {
    return next_at(self->digest_min, now, offset);
}

moment_t rules_checkpoint_next(const rules_t *self, moment_t last, int offset) {
    moment_t later = last + self->checkpoint_minutes * MINUTE_MS;
    moment_t hour = self->checkpoint_min < 0 ? later : next_at(self->checkpoint_min, last, offset);
    return self->checkpoint_minutes && later < hour ? later : hour;
}
