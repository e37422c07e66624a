# SPDX-License-Identifier: Apache-2.0
# countersign: build, test, run, install. `make help` lists the targets.
#
# Layers: a folder of common/ may include itself and the folders before it in this list, never one
# after it; a daemon may include common/ and itself, never another daemon (`make layers` proves it).

VERSION  := 0.1.0
LAYERS   := base event crypto domain ledger bus sync exchange daemon
DAEMONS  := coordinator archiver department agent
CC       ?= gcc
BUILD    ?= build
SAN      ?=
prefix   ?= /usr/local

PKGS     := libczmq libzmq sqlite3 libsodium libconfig jansson libxml-2.0 libsystemd
MSGPACK  := $(shell pkg-config --exists msgpack-c 2>/dev/null && echo msgpack-c || echo msgpack)
PKGFLAGS := $(shell pkg-config --cflags $(PKGS) $(MSGPACK) 2>/dev/null)
PKGLIBS  := $(shell pkg-config --libs $(PKGS) $(MSGPACK) 2>/dev/null)

WARN     := -Wall -Wextra -Werror -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wformat=2 -Wswitch-enum -Wundef -Wvla \
            -Wwrite-strings -Wno-overlength-strings
CFLAGS   ?= -O2 -g
CPPFLAGS += -D_GNU_SOURCE -DCOUNTERSIGN_VERSION='"$(VERSION)"' -DCOUNTERSIGN_PREFIX='"$(prefix)"' -I. $(PKGFLAGS)
HARDEN   := -fstack-protector-strong -fno-strict-aliasing
ALL_CFLAGS = -std=c11 $(WARN) $(HARDEN) $(CFLAGS) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer)
ALL_LDFLAGS = $(LDFLAGS) $(if $(SAN),-fsanitize=$(SAN))

objects   = $(patsubst %.c,$(BUILD)/o/%.o,$(1))
lib       = $(BUILD)/lib/lib$(1).a
# the layer named and every one below it, highest first: the order in which a linker resolves
upto      = $(if $(filter $(1),$(firstword $(2))),$(1) $(3),$(call upto,$(1),$(wordlist 2,99,$(2)),$(firstword $(2)) $(3)))
layerlibs = $(foreach l,$(call upto,$(1),$(LAYERS),),$(call lib,$(l)))

PROGRAMS := $(DAEMONS:%=$(BUILD)/bin/countersign-%) $(BUILD)/bin/countersign

all: $(PROGRAMS)

$(BUILD)/o/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

define layer_rules
$(call lib,$(1)): $(call objects,$(sort $(wildcard common/$(1)/*.c common/$(1)/*/*.c)))
	@mkdir -p $$(@D)
	@rm -f $$@
	$(AR) rcs $$@ $$^
$(BUILD)/tests/$(1)/%: $(BUILD)/o/tests/unit/$(1)/%.o $(BUILD)/o/tests/unit/harness.o $(call layerlibs,$(1))
	@mkdir -p $$(@D)
	$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $(PKGLIBS) -lcmocka -lpthread -lm
endef
$(foreach l,$(LAYERS),$(eval $(call layer_rules,$(l))))

define daemon_rules
$(call lib,$(1)): $(call objects,$(sort $(filter-out daemons/$(1)/main.c,$(wildcard daemons/$(1)/*.c))))
	@mkdir -p $$(@D)
	@rm -f $$@
	$(AR) rcs $$@ $$^
$(BUILD)/bin/countersign-$(1): $(BUILD)/o/daemons/$(1)/main.o $(call lib,$(1)) $(call layerlibs,daemon)
	@mkdir -p $$(@D)
	$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $(PKGLIBS) -lpthread -lm
endef
$(foreach d,$(DAEMONS),$(eval $(call daemon_rules,$(d))))

$(BUILD)/bin/countersign: $(call objects,$(sort $(wildcard daemons/agent/cli/*.c))) $(call layerlibs,daemon)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKGLIBS) -lpthread -lm

# tests that put whole daemons together in one process: tests/unit/together/test_*.c
$(BUILD)/tests/together/%: $(BUILD)/o/tests/unit/together/%.o $(BUILD)/o/tests/unit/harness.o $(foreach d,$(DAEMONS),$(call lib,$(d))) $(call layerlibs,daemon)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PKGLIBS) -lcmocka -lpthread -lm

UNITS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(sort $(wildcard tests/unit/*/test_*.c)))
units: $(UNITS)

.PHONY: all units clean
.SECONDARY:
clean:
	rm -rf $(BUILD)
-include $(shell find $(BUILD)/o -name '*.d' 2>/dev/null)
