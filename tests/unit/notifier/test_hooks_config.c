/* SPDX-License-Identifier: Apache-2.0
 *
 * hooks_config: what is read of notify.cfg, what is left to others, and that a mistake names file,
 * line and key.
 */
#include <libconfig.h>
#include <stdio.h>
#include <sys/stat.h>

#include "common/base/settings.h"
#include "daemons/notifier/hooks.h"
#include "tests/unit/harness.h"

static char path[300], secret[300];

static void write_file(const char *name, const char *text, mode_t mode) {
    FILE *file = fopen(name, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(name, mode), 0);
}

static int take(const char *text, hooks_config_t *out, problem_t *problem) {
    config_t parsed;
    snprintf(path, sizeof path, "%.200s/notify.cfg", harness_folder());
    write_file(path, text, 0644);
    *problem = (problem_t){0};
    if (settings_parse(&parsed, path, problem) != 0)
        return -1;
    int rc = hooks_config_take(&parsed, path, out, problem);
    config_destroy(&parsed);
    return rc;
}

static void refused(const char *text, unsigned line, const char *key) {
    hooks_config_t config;
    problem_t problem;
    if (take(text, &config, &problem) == 0)
        fail_msg("taken, though wrong: %s", text);
    assert_int_equal(problem.reason, REASON_CONFIGURATION);
    assert_string_equal(problem.file, path);
    assert_string_equal(problem.field, key);
    assert_int_equal(problem.line, line);
}

TEST(a_file_of_which_others_read_their_part_is_read) {
    hooks_config_t config;
    problem_t problem;
    char text[800];
    snprintf(secret, sizeof secret, "%.200s/secret", harness_folder());
    write_file(secret, "密码\n", 0600);
    snprintf(text, sizeof text,
             "rules = ( { event = \"order.register\"; } );\nquiet = \"22:00\";\n"
             "relay = { host = \"mail.example.com\"; port = 465; tls = \"implicit\"; user = \"hub\";\n"
             " password_file = \"%s\"; stall_seconds = 5; };\nprograms = [ \"/bin/sh\" ];\n",
             secret);
    assert_int_equal(take(text, &config, &problem), 0);
    assert_string_equal(config.relay.host, "mail.example.com");
    assert_int_equal(config.relay.tls, RELAY_TLS_IMPLICIT);
    assert_int_equal(config.relay.port, 465);
    assert_int_equal(config.relay.stall_seconds, 5);
    assert_int_equal(config.relay.transfer_seconds, 1200);
    assert_string_equal(config.programs[0], "/bin/sh");
    assert_null(config.programs[1]);
    char password[RELAY_PASSWORD_MAX + 1];
    assert_int_equal(relay_password(&config.relay, password, &problem), 0);
    assert_string_equal(password, "密码");
    hooks_config_free(&config);
    assert_true(hooks_config_knows("relay") && hooks_config_knows("programs"));
    assert_false(hooks_config_knows("rules") || hooks_config_knows("relay.host.x"));
}

TEST(without_a_relay_no_mail_is_sent) {
    static atomic_bool stop;
    hooks_config_t config;
    problem_t problem;
    assert_int_equal(take("rules = ();\n", &config, &problem), 0);
    assert_string_equal(config.relay.host, "");
    assert_int_equal(config.relay.tls, RELAY_TLS_REQUIRED);
    void *hooks = hooks_open(&config, &stop, &problem);
    assert_non_null(hooks);
    hooks_close(&hooks);
    hooks_config_free(&config);
}

TEST(what_is_wrong_is_named) {
    refused("relay = { host = \"a\";\n hots = 1; };\n", 2, "relay.hots");
    refused("relay = { host = \"a\";\n host = \"b\"; };\n", 2, "host");
    refused("relay = { port = 0; };\n", 1, "relay.port");
    refused("relay = { port = \"25\"; };\n", 1, "relay.port");
    refused("\nrelay = { tls = \"maybe\"; };\n", 2, "relay.tls");
    refused("relay = { host = \"a b\"; };\n", 1, "relay.host");
    refused("relay = { host = \"a/b\"; };\n", 1, "relay.host");
    refused("relay = { hello = \"a\\r\\nMAIL\"; };\n", 1, "relay.hello");
    refused("relay = { hello = \"-a\"; };\n", 1, "relay.hello");
    refused("relay = { ca_file = \"ca.pem\"; };\n", 1, "relay.ca_file");
    refused("relay = { ca_file = \"/nowhere/ca.pem\"; };\n", 1, "relay.ca_file");
    refused("relay = { user = \"hub\"; };\n", 1, "relay.user");
    refused("relay = { user = \"hub\"; password_file = \"/nowhere\"; };\n", 1,
            "relay.password_file");
    refused("\n\nprograms = [ \"/bin/sh\", \"sh\" ];\n", 3, "programs[1]");
    refused("programs = [ \"/nowhere/at/all\" ];\n", 1, "programs[0]");
    refused("programs = [ \"/etc\" ];\n", 1, "programs[0]");
    refused("program_seconds = 0;\n", 1, "program_seconds");
}

static void with_user(char text[800], const char *host, const char *tls) {
    snprintf(text, 800,
             "relay = { host = \"%s\"; tls = \"%s\"; user = \"hub\"; password_file = \"%s\"; };",
             host, tls, secret);
}

TEST(a_password_is_kept_close) {
    hooks_config_t config;
    problem_t problem;
    char text[800];
    snprintf(secret, sizeof secret, "%.200s/open", harness_folder());
    write_file(secret, "x\n", 0640);
    with_user(text, "mail.example.com", "required");
    refused(text, 1, "relay.password_file"); /* the group reads it, too */
    write_file(secret, "x\n", 0600);
    with_user(text, "mail.example.com", "offered");
    refused(text, 1, "relay.tls"); /* whoever hides STARTTLS would be told it */
    with_user(text, "mail.example.com", "none");
    refused(text, 1, "relay.tls");
    with_user(text, "127.0.0.1", "none");
    assert_int_equal(take(text, &config, &problem), 0);
    hooks_config_free(&config);
    write_file(secret, "\n", 0600);
    refused(text, 1, "relay.password_file");
    write_file(secret, "a\tb\x01\n", 0600);
    refused(text, 1, "relay.password_file");
}
