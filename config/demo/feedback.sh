# SPDX-License-Identifier: Apache-2.0
#
# feedback: what the demo's customers say while their orders run (feedback.json), for config/demo/run, which reads this file. Each step is
# a call of the command line by one person; how many are done, the record says, so that a second run goes on where the first stopped.
# shellcheck shell=bash

feedback_rows=$here/feedback.json
row= said=                    # the row of feedback.json, feedback show --json
declare -A customers case_shown step_fields
r() { printf '%s' "${customers[$1]-}"; }
f() { printf '%s' "${case_shown[$1]-}"; }
look_at_feedback() {
    said=$(cs --as yanmingde --json case show "$(cat "$1")") || give_up "$(r .feedback) 无法读取" "$(r .feedback) cannot be read"
    fields case_shown "$said" "$now"
}

# Steps that people took on the case: its commands that no daemon signed.
steps_done() { # id file
    if [ ! -s "$1" ]; then echo 0; return; fi
    cs --as yiming --json events --case "$(cat "$1")" | jq '[.events[] | select(.id and (.by.daemon | not))] | length'
}

# The words of a step: @ is the case, the order after --order its id, ";+21;" a date.
words_of() { # step, id file
    local word before=
    while IFS= read -r word; do
        if [ "$word" = @ ]; then word=$(cat "$2"); fi
        if [ "$before" = --order ]; then word=$(cat "$demo/$word.id"); fi
        if [[ $word =~ ^(.*\;)\+([0-9]+)(\;.*)?$ ]]; then
            word="${BASH_REMATCH[1]}$(TZ=UTC-8 date -d "+${BASH_REMATCH[2]} days" +%F)${BASH_REMATCH[3]}"
        fi
        printf '%s\n' "$word"
        before=$word
    done < <(jq -r '.do[]' <<<"$1")
}

feedback_advised() { # id file, department
    look_at_feedback "$1"
    jq -e --arg d "$2" '(.rounds[-1] // {advices: []}).advices | any(.department == $d)' <<<"$said" >/dev/null
}

feedback_tallied() { # id file
    look_at_feedback "$1"
    [ -n "$(f .round.tally)" ] && [ -z "$(f .round.tally.stale)" ]
}

take_step() { # step, id file
    local department words=() reason
    fields step_fields "$1"
    department=${step_fields[.advice]-}
    if [ -n "$department" ]; then
        wait_for 20 "${department_zh[$department]}的建议" "the advice of $department" feedback_advised "$2" "$department"
        reason=$(jq -r --arg d "$department" '.rounds[-1].advices | map(select(.department == $d)) | last | .assessment[0].reason' <<<"$said")
        say "    ${department_zh[$department]}助理：$reason" "    advice for $department: $reason"
    fi
    if [ "${step_fields[.tally]-}" = true ]; then
        wait_for 20 "汇总" "the tally" feedback_tallied "$2"
        say "    汇总建议：${outcome_zh[$(f .round.tally.outcome)]}" "    tally: $(f .round.tally.outcome)"
    fi
    mapfile -t words < <(words_of "$1" "$2")
    does "${step_fields[.by]}" "${step_fields[.zh]}" "${step_fields[.en]}" "${words[@]}"
    [ -s "$2" ] || jq -r .id <<<"$does_said" > "$2"
}

review_feedback() { # a row of feedback.json
    row=$1
    fields customers "$row"
    local id=$demo/$(r .feedback).id done_before n step
    done_before=$(steps_done "$id")
    n=$(jq '.steps | length' <<<"$row")
    printf '\n'
    say "── $(r .feedback)  $(r .says.zh)" "-- $(r .feedback)  $(r .says.en)"
    for ((step = done_before; step < n; step++)); do take_step "$(jq -c ".steps[$step]" <<<"$row")" "$id"; done
    look_at_feedback "$id"
    if [ "$(f .state)" = "$(r .state)" ] && [ "$(f .class)" = "$(r .class)" ] && [ "$(f .round.conclusion.outcome)" = "$(r .outcome)" ]; then
        say "  ✓ $(f .number) ${state_zh[$(f .state)]}" "  ok: $(f .number) $(f .state)"
    else
        failures=$((failures + 1))
        say "  ✗ 现为 $(f .state) / $(f .class)，应为 $(r .state) / $(r .class)" "  NOT as expected: $(f .state) / $(f .class) instead of $(r .state) / $(r .class)"
    fi
}

feedback_after() { # an order: what comes in once it was reviewed
    local one
    while IFS= read -r one <&4; do review_feedback "$one"; done 4< <(jq -c --arg order "$1" '.[] | select(.after == $order)' "$feedback_rows")
}
