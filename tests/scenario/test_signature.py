# SPDX-License-Identifier: Apache-2.0
"""Electronic signatures as 21 CFR Part 11 wants them: who, when and what it means in every readable form; the passphrase at
signing, once for a series; keys that are lost, unused or guessed at."""

import re

from complaints import complains
from test_delegation import says
from test_order import concluded, reviewed, special

WHEN = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
RIGHT, WRONG = "geheim", "falsch"


def holds(company, passphrase):
    """What whoever sits there would type."""
    with open(f"{company.folder}/pw", "w", encoding="utf-8") as file:
        file.write(f"{passphrase}\n")


def lock(company, name):
    said = company.person(name).call("lock")
    assert said.code == 0, said


def is_asked(company, name, *words):
    """The passphrase is asked for: a wrong one signs nothing, and nothing is queued."""
    holds(company, WRONG)
    refusal = company.person(name).is_refused(*words)
    holds(company, RIGHT)
    assert refusal["reason"] == "LOCKED", refusal
    assert company.outbox(company.person(name).department) == []


def is_not_asked(company, name, *words):
    holds(company, WRONG)
    company.person(name).does(*words)
    holds(company, RIGHT)


CONCLUDE = ("able", "--opinion", "能履行", "--a1", "yes", "--a2", "na:书面订单", "--b", "yes", "--c", "yes", "--d", "na:无变更")


# ---- 11.200: the passphrase ----

def test_the_first_signature_asks_for_the_passphrase_and_the_second_does_not(company):
    """[21-CFR-11.200 rule] Unlocked for everyday work is not enough to sign; once given, it does for a series of signatures.
    [21-CFR-11.200 refusal] A wrong passphrase signs nothing and says so; after locking it is asked for again."""
    head = company.person("宋知行")
    order, other = reviewed(company), reviewed(company, "O02.json")
    assert head.call("unlock").code == 0
    is_not_asked(company, "宋知行", "order", "show", order.id)
    is_asked(company, "宋知行", "order", "conclude", order.id, *CONCLUDE)
    assert "conclusion" not in order.round()
    head.does("order", "conclude", order.id, *CONCLUDE)
    is_not_asked(company, "宋知行", "order", "conclude", other.id, *CONCLUDE)
    lock(company, "宋知行")
    company.person("罗应时").sign(order, "complete")
    is_asked(company, "宋知行", "order", "sign", order.id)
    assert head.call("unlock").code == 0
    is_asked(company, "宋知行", "order", "sign", order.id)
    head.sign(order, "effective")
    order.wait_state("effective")
    company.check_nothing_lost()


def test_a_restarted_agent_asks_again(company):
    """[21-CFR-11.200 refusal] What was given before the start of the agent does not count after it."""
    order = reviewed(company)
    company.person("宋知行").conclude(order)
    company.person("罗应时").sign(order, "complete")
    company.stop("agent sales")
    company.start("agent sales")
    assert company.person("宋知行").call("unlock").code == 0
    is_asked(company, "宋知行", "order", "sign", order.id)
    company.person("宋知行").sign(order, "effective")
    order.wait_state("effective")


def test_two_people_at_one_workstation_give_their_own(company):
    """[21-CFR-11.200 refusal] The head of sales has signed; the clerk beside her is asked all the same."""
    order, oral = reviewed(company), company.person("林小禾").order_new("O05.json")
    company.person("宋知行").conclude(order)
    assert company.person("林小禾").call("unlock").code == 0
    is_asked(company, "林小禾", "order", "customer-confirm", oral.id, "--who", "采购", "--how", "传真")
    company.person("林小禾").customer_confirms(oral)


def test_a_pause_that_is_no_number_stops_the_agent(quiet):
    """The setting is checked with file and line."""
    with open(f"{quiet.site}/site.cfg", encoding="utf-8") as file:
        text = file.read()
    assert "signing_minutes = 15;" in text  # as a comment, so that it is found
    with open(f"{quiet.site}/site.cfg", "w", encoding="utf-8") as file:
        file.write(text + "signing_minutes = 0;\n")
    quiet.launch("agent sales")
    assert quiet.wait_exit("agent sales") == 78
    assert re.search(r"site\.cfg:\d+: signing_minutes", quiet.log("agent sales")), quiet.log("agent sales")


# ---- 11.50: name, time, meaning ----

def signed_lines(text, *words):
    return [line for line in text.splitlines() if re.search(WHEN, line) and all(word in line for word in words)]


def test_every_screen_names_signer_time_and_meaning(company):
    """[21-CFR-11.50 rule] On the order, on the complaint and in the record, in Chinese and in English."""
    order = concluded(company)
    company.person("石开").sign(order, "complete")
    for lang, words in (("zh_CN.UTF-8", (("签名", "评审完成", "石开"), ("综合意见", "能履行", "宋知行"), ("生产部", "同意", "秦铁山"))),
                        ("C.UTF-8", (("signed", "complete", "石开"), ("conclusion", "able", "宋知行"), ("Production", "accept", "秦铁山")))):
        for verb in (("order", "show"), ("case", "show")):
            shown = says(company, "林小禾", *verb, order.id, lang=lang)
            for line in words:
                assert signed_lines(shown.out, *line), (line, shown)
        events = says(company, "石开", "events", "--case", order.id, lang=lang)
        for line in words:
            assert signed_lines(events.out, *line[1:]), (line, events)


def test_a_complaints_signatures_are_named_too(company):
    """[21-CFR-11.50 rule] The disposition, its signature, and the effect that somebody verified."""
    complaint = complains(company).in_review().verdicts().disposed()
    for lang, words in (("zh_CN.UTF-8", ("签名", "严明德")), ("C.UTF-8", ("signed", "严明德"))):
        shown = says(company, "唐果", "complaint", "show", complaint.id, lang=lang)
        assert signed_lines(shown.out, *words), shown
        assert signed_lines(shown.out, "处置" if lang.startswith("zh") else "disposition", "严明德"), shown


def test_the_customers_word_names_who_signed_for_it(company):
    """[21-CFR-11.50 rule] An oral order's confirmation: the customer's word, and who of us signed that it was given."""
    oral = company.person("林小禾").order_new("O05.json")
    company.person("林小禾").customer_confirms(oral)
    for lang, word in (("zh_CN.UTF-8", "顾客已确认"), ("C.UTF-8", "confirmed by the customer")):
        assert signed_lines(says(company, "林小禾", "order", "show", oral.id, lang=lang).out, word, "采购", "林小禾")


def test_a_letter_about_a_signature_names_signer_time_and_meaning(quiet):
    """[21-CFR-11.50 rule] Whoever is told of a signature reads who signed, when and what it means."""
    quiet.notify('{ name = "signed"; event = "round.sign"; to = [ "waiting" ]; template = "told"; }')
    quiet.start()
    order = special(quiet)
    for name in ("宋知行", "罗应时", "邓采薇", "秦铁山", "严明德"):
        quiet.person(name).verdict(order)
    quiet.person("宋知行").conclude(order)
    at = quiet.person("石开").sign(order, "complete")["position"]
    quiet.wait_settled()
    quiet.wait_until(lambda: quiet.run("--json", "notify", "preview", str(at)).code == 0, "previewed")
    text = quiet.run("notify", "preview", str(at)).out
    when = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    for word in (rf"签名 \(评审完成\)，石开，{when}", rf"生产部: 同意 \(秦铁山, {when}\)", rf"综合意见：能履行 \(宋知行, {when}\)"):
        assert re.search(word, text), (word, text)


# ---- 11.300: lost, unused, guessed at ----

def test_five_wrong_passphrases_bar_the_sixth_and_are_logged(company):
    """[21-CFR-11.300 refusal] Whoever guesses waits a minute, and the journal says so; the right one would not help."""
    holds(company, WRONG)
    for _ in range(5):
        refusal = company.person("宋知行").is_refused("inbox")
        assert (refusal["reason"], "passphrase is wrong" in refusal["detail"]) == ("LOCKED", True)
    holds(company, RIGHT)
    refusal = company.person("宋知行").is_refused("inbox")
    assert refusal["reason"] == "LOCKED" and "5 wrong passphrases in a row" in refusal["detail"]
    said = says(company, "宋知行", "inbox")
    assert said.code == 77 and "口令连续错误 5 次" in said.err, said
    assert "5 in a row" in company.log("agent sales") and "ALARM somebody guesses" in company.log("agent sales")
    assert company.person("林小禾").does("inbox")["cases"] == []


def test_unused_keys_are_found(company):
    """[21-CFR-11.300 rule] Whose key signed when, and which were not used; a key that signed is not among the unused."""
    company.person("林小禾").order_new("O04.json")
    company.wait_settled()
    keys = {key["name"]: key for key in company.person("易明").does("person", "keys")["keys"]}
    assert keys["林小禾"]["position"] and "signed" in keys["林小禾"]
    assert "signed" not in keys["方存信"] and keys["方存信"]["unused"] == 0
    assert company.person("易明").does("person", "keys", "--unused", "1")["keys"] == []
    shown = says(company, "易明", "person", "keys").out
    assert re.search(rf"林小禾 .*最近一次签名在位置 {keys['林小禾']['position']}，{WHEN}", shown), shown
    assert re.search(rf"方存信 .*从未签名；启用于 {WHEN}", shown), shown
