# SPDX-License-Identifier: Apache-2.0
"""complaints: a customer's feedback spoken of in the company's words.

complaint = complains(company); complaint.acknowledged().assessed("major").contained() runs the command lines of the people whose
work it is. What must be refused is tried by Person.is_refused."""

import datetime

from company import Order

QUALITY, SERVICE, PRODUCTION, PURCHASING, WAREHOUSE = "严明德", "唐果", "秦铁山", "邓采薇", "方存信"
HEAD, GENERAL, SYSTEM, INSPECTOR = "宋知行", "江怀远", "易明", "陆准"
OURS = ("ours", "--occurrence", "淬火温度过高", "--escape", "漏检", "--corrective", "加装温度报警")
NOT_OURS = ("not-ours", "--reason", "过程记录正常")
DISPOSITION = ("--remedy", "replace", "--text", "更换", "--cause", "method", "--occurrence", "淬火温度过高", "--department", "production")


def day(days):
    return str((datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))) + datetime.timedelta(days=days)).date())


def measure(owner="qintieshan", days=14, text="加装温度报警"):
    return ("--measure", f"{text};{owner};{day(days)};corrective")


class Feedback(Order):
    """A complaint or another piece of feedback, as the deputy general manager sees it."""

    def __init__(self, company, ident, verb="complaint"):
        super().__init__(company, ident)
        self.verb = verb

    def show(self):
        self.company.let_the_reader_hear()
        return self.company.reader.does("case", "show", self.id)

    def says(self, person, verb, *words):
        """A step by its verb; returns the receipt."""
        return self.company.person(person).does(self.verb, verb, self.id, *words)

    def refuses(self, person, verb, *words):
        """(reason, clause) of the refusal."""
        said = self.company.person(person).is_refused(self.verb, verb, self.id, *words)
        return said["reason"], said.get("clause", "")

    # ---- the stages, by those whose work they are ----

    def acknowledged(self):
        self.says(SERVICE, "acknowledge", "--medium", "telephone", "--text", "已受理")
        return self

    def assessed(self, severity="major", *words, departments="quality,production"):
        self.says(QUALITY, "assess", "--severity", severity, "--departments", departments, *words)
        return self

    def contained(self):
        self.says(QUALITY, "contain", "--stock", "隔离同批")
        return self

    def in_review(self, severity="major", *words, **more):
        return self.acknowledged().assessed(severity, *words, **more).contained()

    def verdicts(self, **words):
        for name, said in {"quality": OURS, "production": OURS, **words}.items():
            person = {"quality": QUALITY, "production": PRODUCTION, "purchasing": PURCHASING, "warehouse": WAREHOUSE}[name]
            self.says(person, "verdict", *said)
        return self

    def concluded(self, outcome="ours", *words):
        self.wait_until_tallied()
        self.says(QUALITY, "conclude", outcome, "--opinion", "综合意见", *(words or DISPOSITION + measure()))
        return self

    def disposed(self):
        """Concluded and signed: its disposition stands."""
        self.concluded()
        self.says(QUALITY, "sign")
        return self

    def answered(self):
        self.says(SERVICE, "answer", "--medium", "e-mail", "--text", "全数更换")
        return self

    def closed(self, *words):
        self.says(SERVICE, "close", *(words or ("--agreed",)))
        return self

    def wait_until_tallied(self):
        self.company.wait_until(lambda: self.tally() and not self.round()["tally"]["stale"], "the tally", self.standing)

    def actions(self):
        return self.show()["actions"]


def complains(company, by=SERVICE, customer="C01", product="P08", text="装配时发现齿根裂纹", **more):
    words = ["--customer", customer, "--medium", "telephone", "--product", product, "--lot", "L-P08-017", "--affected", "3",
             "--unit", "件", "--text", text, "--sought", "要求更换"]
    for name, value in more.items():
        words += [f"--{name.replace('_', '-')}", value]
    return Feedback(company, company.person(by).does("complaint", "new", *words)["id"])


def says(company, kind, by=SERVICE, text="建议外箱加贴批号条码"):
    ident = company.person(by).does("feedback", "new", "--kind", kind, "--customer", "C03", "--medium", "letter", "--text", text)["id"]
    return Feedback(company, ident, "feedback")
