/*
 * An account by itself: its texts, what the library is told of it, and what a
 * client is.
 */

#include "service.h"

#include <stdlib.h>

static bool copy(struct text *to, struct text from) {
    char *at = malloc(from.len > 0 ? from.len : 1);
    if (at == NULL) {
        *to = (struct text){NULL, 0};
        return false;
    }
    if (from.len > 0) {
        memcpy(at, from.at, from.len);
    }
    *to = (struct text){at, from.len};
    return true;
}

bool account_set(struct text *owned, struct text by) {
    struct text new;
    if (!copy(&new, by)) {
        return false;
    }
    free((void *)owned->at);
    *owned = new;
    return true;
}

/* Somebody new, with an id that nobody has. */
bool account_init(struct account *account, const struct who *who, struct text name,
                  struct text email, struct text phone) {
    bool is_done;
    *account = (struct account){.version = 1};
    is_done = random_hex(account->id, sizeof account->id);
    is_done = copy(&account->login, who->login) && is_done;
    is_done = copy(&account->key, who->key) && is_done;
    is_done = copy(&account->name, name) && is_done;
    is_done = copy(&account->email, email) && is_done;
    is_done = copy(&account->phone, phone) && is_done;
    if (!is_done) {
        account_free(account);
    }
    return is_done;
}

bool account_copy(struct account *to, const struct account *from) {
    bool is_done;
    *to = *from;
    is_done = copy(&to->login, from->login);
    is_done = copy(&to->key, from->key) && is_done;
    is_done = copy(&to->name, from->name) && is_done;
    is_done = copy(&to->email, from->email) && is_done;
    is_done = copy(&to->phone, from->phone) && is_done;
    is_done = copy(&to->record, from->record) && is_done;
    if (!is_done) {
        account_free(to);
    }
    return is_done;
}

void account_free(struct account *account) {
    free((void *)account->login.at);
    free((void *)account->key.at);
    free((void *)account->name.at);
    free((void *)account->email.at);
    free((void *)account->phone.at);
    free((void *)account->record.at);
    *account = (struct account){.id = ""};
}

static const char *status_of(const struct account *account) {
    return account->is_disabled ? "disabled" : "enabled";
}

/* What is empty is left out: nobody has the address "". */
static bool put(json_t *json, const char *name, struct text text) {
    return text.len == 0 || json_object_set_new(json, name, json_stringn(text.at, text.len)) == 0;
}

/* No password is to be made of the login, the address or the name. */
json_t *account_subject(const struct account *account, const char *realm) {
    const struct text name = account->name;
    json_t *json = json_pack("{s:s,s:s,s:b,s:s,s:b,s:[]}", "id", account->id, "realm", realm,
                             "email_verified", account->is_email_verified, "status",
                             status_of(account), "mfa_enrolled", account->has_mfa, "words");
    json_t *words = json_object_get(json, "words");
    if (json != NULL &&
        !(put(json, "login_id", account->key) && put(json, "email", account->email) &&
          put(json, "phone", account->phone) &&
          (name.len == 0 || json_array_append_new(words, json_stringn(name.at, name.len)) == 0))) {
        json_decref(json);
        return NULL;
    }
    return json;
}

json_t *account_user(const struct account *account) {
    const struct text login = account->login, name = account->name, email = account->email,
                      phone = account->phone;
    return json_pack("{s:[s%],s:s,s:s%,s:s%,s:s%,s:b,s:b,s:s,s:b,s:b,s:I}", "loginIds", login.at,
                     login.len, "userId", account->id, "name", name.at, name.len, "email", email.at,
                     email.len, "phone", phone.at, phone.len, "verifiedEmail",
                     account->is_email_verified, "verifiedPhone", false, "status",
                     status_of(account), "test", false, "password", account->has_password,
                     "createdTime", (json_int_t)account->created);
}
