# SPDX-License-Identifier: Apache-2.0
# countersign: build, test, run, install. `make help` lists the targets.
#
# Layers: a folder of common/ may include itself and the folders before it in this list, never one
# after it; a daemon may include common/ and itself, never another daemon (`make layers` proves it).

VERSION  := 0.1.0
LAYERS   := base event crypto domain ledger bus sync exchange screen daemon
DAEMONS  := coordinator archiver department notifier agent witness
BUILD    ?= build
SAN      ?=
V        ?=
SEED     ?= 1
JOBS     ?= $(shell nproc 2>/dev/null || echo 2)
ifeq ($(origin CC),default)
CC       := gcc
endif

# GNU directory variables; DESTDIR goes before all of them. Admins' daemons are in sbindir.
prefix         ?= /usr/local
exec_prefix    ?= $(prefix)
bindir         ?= $(exec_prefix)/bin
sbindir        ?= $(exec_prefix)/sbin
libdir         ?= $(exec_prefix)/lib
# A company has one site, in /etc/countersign and /var/lib/countersign (FHS 3.7, 5.8), wherever the programs are.
sysconfdir     ?= /etc
localstatedir  ?= /var
runstatedir    ?= /run
datarootdir    ?= $(prefix)/share
datadir        ?= $(datarootdir)
localedir      ?= $(datarootdir)/locale
docdir         ?= $(datarootdir)/doc/countersign
systemdunitdir ?= $(libdir)/systemd/system
catalogdir     ?= $(libdir)/systemd/catalog
sysusersdir    ?= $(libdir)/sysusers.d
tmpfilesdir    ?= $(libdir)/tmpfiles.d
INSTALL        ?= install

PKGS     := libczmq libzmq sqlite3 libsodium nettle libconfig jansson libxml-2.0 libsystemd
MSGPACK  := $(shell pkg-config --exists msgpack-c 2>/dev/null && echo msgpack-c || echo msgpack)
PKGFLAGS := $(shell pkg-config --cflags $(PKGS) $(MSGPACK) 2>/dev/null)
PKGLIBS  := $(shell pkg-config --libs $(PKGS) $(MSGPACK) 2>/dev/null)
# What one daemon alone needs; the headers are others' and not held to our warnings.
PKGS_notifier := gmime-3.0 libcurl
FLAGS_notifier := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PKGS_notifier) 2>/dev/null))
LIBS_notifier := $(shell pkg-config --libs $(PKGS_notifier) 2>/dev/null)
PKGS_auditor := libqrencode
LIBS_auditor := $(shell pkg-config --libs $(PKGS_auditor) 2>/dev/null)
daemonlibs = $(foreach d,$(1),$(LIBS_$(d)))
# These goals install what is missing, or need nothing of it; every other one stops with what to do.
ifneq ($(filter-out setup check run drill bench bench-peers sim cells crash-points fuzz mutate storm coverage seal help layers clauses clean uninstall,$(or $(MAKECMDGOALS),all)),)
ifeq ($(and $(PKGLIBS),$(LIBS_notifier),$(LIBS_auditor)),)
$(error Packages are missing: type `make setup` first. 缺少软件包：请先输入 make setup)
endif
endif

WARN     := -Wall -Wextra -Werror -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wformat=2 -Wswitch-enum -Wundef -Wvla \
            -Wwrite-strings -Wno-overlength-strings
CFLAGS   ?= -O2 -g
CPPFLAGS += -D_GNU_SOURCE -DCOUNTERSIGN_VERSION='"$(VERSION)"' -I. $(PKGFLAGS)
HARDEN   := -fstack-protector-strong -fno-strict-aliasing
ALL_CFLAGS = -std=c11 $(WARN) $(HARDEN) $(CFLAGS) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer)
ALL_LDFLAGS = $(LDFLAGS) $(if $(SAN),-fsanitize=$(SAN))
PARALLEL  = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))
Q        := $(if $(V),,@)
say       = @$(if $(V),:,printf '  %-4s %s\n' $(1) $@)

objects   = $(patsubst %.c,$(BUILD)/o/%.o,$(1))
lib       = $(BUILD)/lib/lib$(1).a
# the layer named and every one below it, highest first: the order in which a linker resolves
upto      = $(if $(filter $(1),$(firstword $(2))),$(1) $(3),$(call upto,$(1),$(wordlist 2,99,$(2)),$(firstword $(2)) $(3)))
layerlibs = $(foreach l,$(call upto,$(1),$(LAYERS),),$(call lib,$(l)))

PROGRAMS := $(DAEMONS:%=$(BUILD)/bin/countersign-%) $(BUILD)/bin/countersign $(BUILD)/bin/countersign-audit
LANGUAGES := $(sort $(patsubst config/po/%.po,%,$(wildcard config/po/*.po)))
MO       := $(LANGUAGES:%=$(BUILD)/locale/%/LC_MESSAGES/countersign.mo)
UNITS_BUILD ?= $(BUILD)/systemd
UNITFILES := $(patsubst systemd/%,$(UNITS_BUILD)/%,$(sort $(wildcard systemd/*.service systemd/*.target systemd/*.slice)))

all: programs locale unitfiles ## build everything (the default)
programs: $(PROGRAMS)
locale: $(MO)
unitfiles: $(UNITFILES)

$(BUILD)/o/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Other flags or another compiler: build again.
FLAGS    := $(CC) $(CPPFLAGS) $(ALL_CFLAGS)
ifneq ($(file <$(BUILD)/flags),$(FLAGS))
$(BUILD)/flags: FORCE
endif
$(BUILD)/flags:
	$(shell mkdir -p $(@D))$(file >$@,$(FLAGS))@:

# Another prefix: only what names it.
PREFIXED := common/base/language daemons/notifier/templates
$(PREFIXED:%=$(BUILD)/o/%.o) $(PREFIXED:%=$(BUILD)/tidy/%.ok): CPPFLAGS += -DCOUNTERSIGN_PREFIX='"$(prefix)"'
$(PREFIXED:%=$(BUILD)/o/%.o): $(BUILD)/prefix
ifneq ($(file <$(BUILD)/prefix),$(prefix))
$(BUILD)/prefix: FORCE
endif
$(BUILD)/prefix:
	$(shell mkdir -p $(@D))$(file >$@,$(prefix))@:

define layer_rules
$(call lib,$(1)): $(call objects,$(sort $(wildcard common/$(1)/*.c common/$(1)/*/*.c)))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,AR)
	$$(Q)$(AR) rcs $$@ $$^
$(BUILD)/tests/$(1)/%: $(BUILD)/o/tests/unit/$(1)/%.o $(BUILD)/o/tests/unit/harness.o $(call layerlibs,$(1))
	@mkdir -p $$(@D)
	$$(call say,LD)
	$$(Q)$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $(PKGLIBS) -lcmocka -lpthread -lm
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rules,$(l))))

define part_rules
$(call lib,$(1)): $(call objects,$(sort $(filter-out daemons/$(1)/main.c,$(wildcard daemons/$(1)/*.c))))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,AR)
	$$(Q)$(AR) rcs $$@ $$^
$(BUILD)/o/daemons/$(1)/%.o $(BUILD)/tidy/daemons/$(1)/%.ok: CPPFLAGS += $(FLAGS_$(1))
$(BUILD)/tests/$(1)/%: $(BUILD)/o/tests/unit/$(1)/%.o $(BUILD)/o/tests/unit/harness.o $(call lib,$(1)) $(call layerlibs,daemon)
	@mkdir -p $$(@D)
	$$(call say,LD)
	$$(Q)$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $(LIBS_$(1)) $(PKGLIBS) -lcmocka -lpthread -lm
endef
$(foreach d,$(DAEMONS),$(eval $(call part_rules,$(d))))

define daemon_rules
$(BUILD)/bin/countersign-$(1): $(BUILD)/o/daemons/$(1)/main.o $(call lib,$(1)) $(call layerlibs,daemon)
	@mkdir -p $$(@D)
	$$(call say,LD)
	$$(Q)$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $(LIBS_$(1)) $(PKGLIBS) -lpthread -lm
endef
$(foreach d,$(DAEMONS),$(eval $(call daemon_rules,$(d))))

$(BUILD)/bin/countersign: $(call objects,$(sort $(wildcard daemons/agent/cli/*.c))) $(call layerlibs,daemon)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKGLIBS) -lpthread -lm

$(BUILD)/bin/countersign-audit: $(call objects,$(sort $(wildcard daemons/auditor/*.c))) $(call layerlibs,daemon)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_auditor) $(PKGLIBS) -lpthread -lm

# tests that put whole daemons together in one process: tests/unit/together/test_*.c, on the bus beside them
TOGETHER := $(call objects,$(filter-out tests/unit/together/test_%,$(wildcard tests/unit/together/*.c)))
$(BUILD)/tests/together/%: $(BUILD)/o/tests/unit/together/%.o $(TOGETHER) $(BUILD)/o/tests/unit/harness.o $(foreach d,$(DAEMONS),$(call lib,$(d))) $(call layerlibs,daemon)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(call daemonlibs,$(DAEMONS)) $(PKGLIBS) -lcmocka -lpthread -lm

# courier hands single notifications to the notifier's hooks, for tests against mail servers and for figures
$(BUILD)/tests/courier: $(BUILD)/o/tests/scenario/courier.o $(call lib,notifier) $(call layerlibs,daemon)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS_notifier) $(PKGLIBS) -lpthread -lm
scenario-programs: all $(BUILD)/tests/courier

$(BUILD)/locale/%/LC_MESSAGES/countersign.mo: config/po/%.po
	@mkdir -p $(@D)
	$(call say,MO)
	$(Q)msgfmt --check -o $@ $<

# Every text that a person may read: what _() and N_() mark, and what config/po/words finds in tables and calls.
TEXTS    := $(sort $(shell find common daemons -name '*.[ch]' 2>/dev/null))
$(BUILD)/countersign.pot: config/po/words $(TEXTS)
	@mkdir -p $(@D)
	$(Q)config/po/words $(TEXTS) >$(BUILD)/words.c
	$(Q)xgettext --from-code=UTF-8 -L C -k -k_ -kN_ -kC_:1c,2 -kF_ --flag=F_:1:c-format -klanguage_word:1c,2 \
	    --add-comments=TRANSLATORS --no-location --package-name=countersign -o $@.dated $(BUILD)/words.c $(TEXTS)
	@sed '/^"POT-Creation-Date/d' $@.dated >$@
po: $(BUILD)/countersign.pot ## bring the translations' texts up to date; then translate what is empty
	@for po in config/po/*.po; do msgmerge --quiet --update --backup=none --no-fuzzy-matching --no-wrap $$po $< && \
	    msgattrib --no-obsolete --no-wrap -o $$po $$po && printf '%s: ' $$po && msgfmt --statistics -o /dev/null $$po || exit 1; done

$(UNITS_BUILD)/%: systemd/% Makefile $(BUILD)/prefix
	@mkdir -p $(@D)
	$(Q)sed $(foreach v,bindir sbindir libdir sysconfdir localstatedir runstatedir datadir docdir,-e 's|@$(v)@|$($(v))|g') $< >$@

UNITS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/*/test_*.c)))
units: $(UNITS) ## build the unit tests

# ---- running ----

setup: ## install the packages that are missing (apt, nothing else)
	@config/setup/install build check

run: ## install what is missing, build, and run the demo company (ONCE=1: end after its orders)
	@config/setup/install build demo
	@$(MAKE) --no-print-directory $(PARALLEL) all
	@BUILD=$(abspath $(BUILD)) exec config/demo/run

drill: ## back a running site up, restore it elsewhere, verify and start it, and time each step: SITE=run/demo/site (BACKUP=FOLDER CHECKPOINT=FILE)
	@config/setup/install build
	@$(MAKE) --no-print-directory $(PARALLEL) all
	@BUILD=$(abspath $(BUILD)) COUNTERSIGN_LOCALE=$(abspath $(BUILD))/locale COUNTERSIGN_TEMPLATES=config/templates \
	    config/setup/countersign-drill --site $(or $(SITE),run/demo/site) $(if $(BACKUP),--backup $(BACKUP)) $(if $(CHECKPOINT),--checkpoint $(CHECKPOINT))

bench: ## measure: reviews, the ordering path, a long history, a rebuilt and a stopped department, a desk's questions, verification: CLOSED=100000 LAGGARD=60 RUNS=5 SECTIONS=
	@config/setup/install build
	@$(MAKE) --no-print-directory $(PARALLEL) scenario-programs benches
	@BUILD=$(abspath $(BUILD)) exec tests/bench/run

BENCHES := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(sort $(wildcard tests/bench/*.c)))
benches: $(BENCHES)
$(BUILD)/bench/%: $(BUILD)/o/tests/bench/%.o $(call layerlibs,daemon)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKGLIBS) -lpthread -lm

# What one would otherwise take, with clients of our own; only here are their libraries needed.
PEERS    := redis:hiredis postgres:libpq rabbitmq:librabbitmq
define peer_rules
$(if $(shell pkg-config --exists $(2) 2>/dev/null && echo there),peers: $(BUILD)/peers/$(1))
$(BUILD)/o/tests/bench/peers/$(1).o: CPPFLAGS += $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(2) 2>/dev/null))
$(BUILD)/peers/$(1): $(BUILD)/o/tests/bench/peers/$(1).o
	@mkdir -p $$(@D)
	$$(call say,LD)
	$$(Q)$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $(shell pkg-config --libs $(2) 2>/dev/null)
endef
peers:
$(foreach p,$(PEERS),$(eval $(call peer_rules,$(firstword $(subst :, ,$(p))),$(lastword $(subst :, ,$(p))))))
bench-peers: ## measure what one would otherwise take (Redis, PostgreSQL, RabbitMQ) beside the ordering path: RUNS=5 ORDERED=5000 PEERS=
	@config/setup/install build
	@config/setup/install peers || echo 'bench-peers: what is not installed is left out'
	@$(MAKE) --no-print-directory $(PARALLEL) all benches peers
	@BUILD=$(abspath $(BUILD)) exec tests/bench/peers/run

# The stubs that take every signature for good are linked here and nowhere else.
$(BUILD)/bench/closed: ALL_LDFLAGS += -Wl,--wrap=signature_valid
$(BUILD)/bench/ordering: $(BUILD)/o/tests/bench/ordering.o $(call lib,coordinator) $(call lib,archiver) $(call layerlibs,daemon)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -Wl,--wrap=signature_valid -o $@ $^ $(PKGLIBS) -lpthread -lm

# The simulator: the real daemons on simulated wires, disks and time; what would end the process ends one of them.
SIM      := $(call objects,$(wildcard tests/simulation/*.c)) $(BUILD)/o/tests/unit/together/bus.o
$(BUILD)/tests/sim: $(SIM) $(foreach d,$(DAEMONS),$(call lib,$(d))) $(call layerlibs,daemon)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -Wl,--wrap=_exit,--wrap=rename,--wrap=malloc,--wrap=calloc,--wrap=realloc -o $@ $^ $(call daemonlibs,$(DAEMONS)) $(PKGLIBS) -lpthread -lm

sim: ## simulate the company under faults: SEED=1 CASES=20 STEPS= SECONDS= ORDERS=6 FEEDBACK=4 NIGHTS=2 HASTE=1 LASTING=1 (V=1 tells the stories; CELLS=1: until all is met at each time)
	@config/setup/install build
	@$(MAKE) --no-print-directory $(PARALLEL) $(BUILD)/tests/sim
	@$(BUILD)/tests/sim --seed $(SEED) $(if $(CASES),--cases $(CASES)) $(if $(STEPS),--steps $(STEPS)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(ORDERS),--orders $(ORDERS)) $(if $(FEEDBACK),--feedback $(FEEDBACK)) $(if $(HASTE),--haste $(HASTE)) $(if $(NIGHTS),--nights $(NIGHTS)) $(if $(LASTING),--lasting $(LASTING)) $(if $(CELLS),--cells) $(if $(V),-v)

cells: ## simulate side by side until each step and refusal was met before, during and after each class of fault: SECONDS=1200 SEED=1 (OUTPUTS="FILE ..." of earlier runs)
	@config/setup/install build
	@$(MAKE) --no-print-directory $(PARALLEL) $(BUILD)/tests/sim
	@tests/simulation/cells --program $(BUILD)/tests/sim --seed $(SEED) --seconds $(or $(SECONDS),1200) --jobs $(JOBS) $(OUTPUTS)

crash-points: ## cut the power at every write and sync of a 200-command day (about a quarter of an hour on two cores; EVERY=20 samples, FIRST= COUNT= a part, ALL=1 all machines, WHOLE=1 each to its end)
	@config/setup/install build
	@$(MAKE) --no-print-directory $(PARALLEL) $(BUILD)/tests/sim
	@$(BUILD)/tests/sim --crash-points --orders 5 --feedback 5 --seed $(SEED) --jobs $(JOBS) $(if $(EVERY),--every $(EVERY)) $(if $(FIRST),--first $(FIRST)) $(if $(COUNT),--count $(COUNT)) $(if $(ALL),--all) $(if $(WHOLE),--whole)

# An archive that was touched is never called sound. The golden one for samples, the demo's (above 1 MiB) for the whole.
$(BUILD)/tests/seal: $(call objects,$(wildcard tests/seal/*.c)) $(call layerlibs,daemon)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKGLIBS) -lpthread -lm
seal-program: $(BUILD)/tests/seal
seal: ## turn every bit of a sealed archive, and tamper with it: SEED=1 TAMPERS=100000 EVERY=1 CONTROL=4001 SECONDS= ARCHIVE=FILE
	@config/setup/install build demo
	@$(MAKE) --no-print-directory $(PARALLEL) all $(BUILD)/tests/seal
	@BUILD=$(abspath $(BUILD)) tests/seal/run --seed $(SEED) --jobs $(JOBS) $(if $(EVERY),--every $(EVERY)) $(if $(CONTROL),--control $(CONTROL)) $(if $(TAMPERS),--tampers $(TAMPERS)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(ARCHIVE),--archive $(ARCHIVE))

# Fuzzers, of clang's libFuzzer. Without FUZZER they read files: for other compilers, and for AFL++ (tests/fuzz/README.md).
FUZZER   ?=
FUZZERS  := $(patsubst tests/fuzz/%.c,$(BUILD)/bin/%,$(sort $(wildcard tests/fuzz/fuzz_*.c))) $(BUILD)/bin/dictionary
fuzzers: $(FUZZERS)
$(BUILD)/bin/fuzz_%: $(BUILD)/o/tests/fuzz/fuzz_%.o $(if $(FUZZER),,$(BUILD)/o/tests/fuzz/standalone.o) $(call layerlibs,daemon)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) $(if $(FUZZER),-fsanitize=$(FUZZER)) -o $@ $^ $(PKGLIBS) -lpthread -lm
$(BUILD)/bin/dictionary: $(BUILD)/o/tests/fuzz/dictionary.o $(call layerlibs,daemon)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKGLIBS) -lpthread -lm
fuzz: ## feed the readers and the decisions what nobody would send: TIME=60 (seconds in all) SEED=1 OPTIMIZE=1
	@config/setup/install build check
	@$(MAKE) --no-print-directory $(PARALLEL) $(SANITIZED) fuzzers
	@BUILD=$(BUILD)/sanitize tests/fuzz/run --seconds $(or $(TIME),60) --seed $(SEED) --jobs $(JOBS)

mutate: ## take out what keeps the promises, one thing at a time: a test must fail for each (TIME= seconds, ONLY="NAME ...")
	@config/setup/install build check
	@tests/mutate/run --build $(abspath $(BUILD)) --jobs $(JOBS) $(if $(TIME),--seconds $(TIME)) $(ONLY)

storm: ## real processes under load, killed, stopped, cut off, their disk full: SECONDS=60 SEED=1
	@config/setup/install build check
	@$(MAKE) --no-print-directory $(PARALLEL) all
	@BUILD=$(abspath $(BUILD)) tests/storm/run --seed $(SEED) --seconds $(or $(SECONDS),60)

coverage: ## branches that unit tests and a short simulation take (CASES=30; V=1 names lines)
	@config/setup/install build check
	@$(MAKE) --no-print-directory $(PARALLEL) V= BUILD=$(BUILD)/coverage CFLAGS="-O0 -g --coverage" LDFLAGS=--coverage units fuzzers $(BUILD)/coverage/tests/sim
	@BUILD=$(BUILD)/coverage CASES=$(CASES) V=$(V) tests/tools/coverage

# ---- checking ----

check: ## every test; the last line counts them
	@config/setup/install build check
	@$(MAKE) --no-print-directory $(PARALLEL) scenario-programs units $(BUILD)/tests/sim || { echo '0 passed, 1 failed'; exit 1; }
	@BUILD=$(BUILD) JOBS=$(JOBS) MAKE="$(MAKE)" tests/tools/check

layers: ## prove that includes only point down and that daemons never include each other
	@tests/tools/layers $(LAYERS)

clauses: ## write tests/clauses.md: which tests prove which clause of the procedure
	@tests/tools/clauses write

protocol: $(BUILD)/tests/bus/test_protocol ## write the tables and the example of common/bus/PROTOCOL.md
	@PROTOCOL_NEW=1 $< && git diff --stat common/bus/PROTOCOL.md

# A layer's or a daemon's tests alone: make -j2 test-domain
TESTED := $(sort $(notdir $(patsubst %/,%,$(dir $(wildcard tests/unit/*/test_*.c)))))
test: $(UNITS) ## run the unit tests (test-domain: those of one folder)
	@tests/tools/units $^
$(TESTED:%=test-%): test-%: FORCE
	@$(MAKE) --no-print-directory $(PARALLEL) $(filter $(BUILD)/tests/$*/%,$(UNITS))
	@tests/tools/units $(filter $(BUILD)/tests/$*/%,$(UNITS))

# One build for the unit tests under AddressSanitizer and UndefinedBehaviorSanitizer and for the fuzzers. Most of the time goes into
# compiling: not optimised it is a quarter of it. Who fuzzes for hours says OPTIMIZE=1. Where there is lld, it links.
OPTIMIZE ?= 0
LLD      := $(if $(shell command -v ld.lld 2>/dev/null),-fuse-ld=lld)
SANITIZED := BUILD=$(BUILD)/sanitize CC=clang SAN=address,undefined,fuzzer-no-link FUZZER=fuzzer LDFLAGS="$(strip $(LDFLAGS) $(LLD))" \
    CFLAGS="-O$(OPTIMIZE) -gline-tables-only -fno-sanitize-recover=all"
sanitized:
	@$(MAKE) --no-print-directory $(PARALLEL) $(SANITIZED) units fuzzers seal-program
sanitize: ## run the unit tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory $(PARALLEL) $(SANITIZED) test

# clang's warnings on what it does not compile for the sanitizers; what gcc says, the build has said.
CLANG_ONLY = $(wildcard daemons/*/main.c daemons/agent/cli/*.c daemons/auditor/*.c tests/simulation/*.c tests/bench/*.c tests/seal/*.c tests/scenario/*.c)
clang-warnings: ## clang's warnings, on what no other target compiles with it
	@printf '%s\n' $(CLANG_ONLY) | xargs -P $(JOBS) -n 8 clang -fsyntax-only -std=c11 $(WARN) $(CPPFLAGS) $(FLAGS_notifier)

# Only the tests of folders where threads meet; libzmq itself is not instrumented.
THREADED := $(filter bus sync daemon notifier,$(TESTED))
MEETING  := BUILD=$(BUILD)/tsan SAN=thread CFLAGS="-O1 -g"
tsan: ## run the tests where threads meet under ThreadSanitizer
	@$(MAKE) --no-print-directory $(PARALLEL) $(MEETING) tsan-tests
threaded:
	@$(MAKE) --no-print-directory $(PARALLEL) $(MEETING) tsan-programs
TSAN_PROGRAMS := $(filter $(THREADED:%=$(BUILD)/tests/%/%) $(BUILD)/tests/together/test_peer,$(UNITS))
tsan-programs: $(TSAN_PROGRAMS)
tsan-tests: $(TSAN_PROGRAMS)
	@TSAN_OPTIONS="suppressions=tests/tools/tsan.supp halt_on_error=1" tests/tools/units --setarch $^

SOURCES  := $(sort $(shell find common daemons tests -name '*.c' 2>/dev/null))
OWN      := $(filter common/% daemons/%,$(SOURCES))
$(BUILD)/tidy/%.ok: %.c .clang-tidy $(BUILD)/o/%.o
	@mkdir -p $(@D)
	$(call say,TIDY)
	$(Q)clang-tidy --quiet $(if $(TIDY_CHECKS),--checks='$(TIDY_CHECKS)') --warnings-as-errors='*' $< -- -std=c11 $(CPPFLAGS) >$(@:.ok=.log) 2>&1 || { cat $(@:.ok=.log); exit 1; }
	@touch $@
tidy: $(OWN:%.c=$(BUILD)/tidy/%.ok) ## clang-tidy
CPPCHECKED ?= common daemons tests
cppcheck: ## cppcheck
	$(Q)cppcheck --quiet -j$(JOBS) --std=c11 --library=posix,sqlite3 --library=tests/tools/cppcheck.cfg --enable=warning,performance,portability --inline-suppr \
	    --suppressions-list=tests/tools/cppcheck.supp --error-exitcode=1 \
	    -D_GNU_SOURCE -I. $(CPPCHECKED)
lint: tidy cppcheck ## clang-tidy, with the static analyzer that `make check` leaves out, and cppcheck

# ---- installing ----

include config/setup/install.mk

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14
	@echo 'Variables: BUILD=$(BUILD) CC=$(CC) SAN=address,undefined V=1 JOBS=$(JOBS) prefix=$(prefix) DESTDIR='

clean: ## remove what was built
	rm -rf $(BUILD)

.PHONY: all programs scenario-programs locale po unitfiles units setup run drill bench bench-peers peers benches seal check layers clauses protocol test sanitize sanitized seal-program clang-warnings tsan threaded tsan-programs tsan-tests tidy cppcheck \
        lint install uninstall help clean FORCE
.SECONDARY:
-include $(shell find $(BUILD)/o -name '*.d' 2>/dev/null)
