/* SPDX-License-Identifier: Apache-2.0
 *
 * station: see station.h.
 */
#include "daemons/agent/cli/station.h"

#include <stdio.h>
#include <sysexits.h>

typedef struct choice {
    cli_t *cli;
    char station[STATION_NAME];
    int stations, matches;
} choice_t;

static void consider(void *arg, const char *name) {
    choice_t *c = arg;
    site_station_t station;
    c->stations++;
    if (site_station_read(c->cli->site, name, &station, NULL) != 0)
        return;
    bool match = c->cli->as == NULL;
    for (char **p = station.people; !match && p && *p; p++)
        match = strcmp(*p, c->cli->as) == 0;
    if (match && c->matches++ == 0)
        snprintf(c->station, sizeof c->station, "%s", name);
    site_station_free(&station);
}

int station_choose(cli_t *cli, char out[STATION_NAME]) {
    choice_t c = {.cli = cli};
    if (cli->station_name) {
        snprintf(out, STATION_NAME, "%s", cli->station_name);
        return EX_OK;
    }
    site_stations(cli->site, consider, &c);
    if (c.matches == 0 && cli->as && c.stations == 1) { /* one's own workstation lists nobody */
        cli_t any = *cli;
        any.as = NULL;
        c = (choice_t){.cli = &any};
        site_stations(cli->site, consider, &c);
    }
    memcpy(out, c.station, sizeof c.station);
    if (c.matches == 1)
        return EX_OK;
    if (c.matches > 1)
        return cli_fail(EX_USAGE, _("several workstations fit; name one with --station"));
    return cli_fail(EX_USAGE, _("no workstation here is %s's; name one with --station"),
                    cli->as ? cli->as : "?");
}
