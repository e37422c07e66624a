# SPDX-License-Identifier: Apache-2.0
# install.mk: what goes where. install and uninstall walk the same list of mode:source:target.

ADMINS   := coordinator archiver department notifier witness
place     = $(foreach f,$(2),$(1):$(f):$(3)/$(notdir $(f)))
MANIFEST  = $(call place,0755,$(ADMINS:%=$(BUILD)/bin/countersign-%) config/setup/countersign-drill,$(sbindir)) \
    $(call place,0755,$(BUILD)/bin/countersign-agent $(BUILD)/bin/countersign $(BUILD)/bin/countersign-audit,$(bindir)) \
    $(call place,0644,$(UNITFILES),$(systemdunitdir)) \
    $(call place,0644,$(wildcard systemd/*.catalog),$(catalogdir)) \
    $(call place,0644,$(wildcard systemd/sysusers.d/*.conf),$(sysusersdir)) \
    $(call place,0644,$(wildcard systemd/tmpfiles.d/*.conf),$(tmpfilesdir)) \
    $(call place,0644,$(wildcard config/*.cfg),$(datadir)/countersign) \
    $(call place,0644,$(wildcard config/calendar/*.json config/calendar/NOTICE),$(datadir)/countersign/calendar) \
    $(call place,0644,$(wildcard config/demo/*.json config/demo/*.csv config/demo/*.xml),$(datadir)/countersign/demo) \
    $(foreach l,$(notdir $(wildcard config/templates/*)),$(call place,0644,$(wildcard config/templates/$(l)/*),$(datadir)/countersign/templates/$(l))) \
    $(call place,0644,$(wildcard README.md LICENSE common/bus/PROTOCOL.md),$(docdir)) \
    $(foreach l,$(LANGUAGES),0644:$(BUILD)/locale/$(l)/LC_MESSAGES/countersign.mo:$(localedir)/$(l)/LC_MESSAGES/countersign.mo)
# What the administrator edits: put there when absent, taken away when unchanged.
EDITED    = $(foreach f,$(wildcard config/*.cfg),$(f):$(sysconfdir)/countersign/$(notdir $(f)))
# Ours alone, so that nothing of them stays once they are empty.
FOLDERS   = $(patsubst config/templates/%,$(datadir)/countersign/templates/%,$(wildcard config/templates/*)) $(datadir)/countersign/templates \
    $(datadir)/countersign/demo $(datadir)/countersign/calendar $(datadir)/countersign $(docdir) $(sysconfdir)/countersign

install: all ## install below $(DESTDIR)$(prefix)
	@for e in $(MANIFEST); do m=$${e%%:*}; e=$${e#*:}; \
	    $(INSTALL) -D -m $$m "$${e%%:*}" "$(DESTDIR)$${e#*:}" || exit 1; done
	@for e in $(EDITED); do t="$(DESTDIR)$${e#*:}"; \
	    [ -e "$$t" ] || $(INSTALL) -D -m 0644 "$${e%%:*}" "$$t" || exit 1; done
	@[ -n "$(DESTDIR)" ] || echo 'Next: systemd-sysusers; systemd-tmpfiles --create; systemctl daemon-reload'

uninstall: ## remove what install put there; edited configuration and all data stay
	@for e in $(MANIFEST); do e=$${e#*:}; rm -f "$(DESTDIR)$${e#*:}"; done
	@for e in $(EDITED); do t="$(DESTDIR)$${e#*:}"; cmp -s "$${e%%:*}" "$$t" && rm -f "$$t" || true; done
	@for d in $(FOLDERS); do rmdir "$(DESTDIR)$$d" 2>/dev/null || true; done
