"""The endpoints: what each takes, which call of saltbox decides, what is answered. ``Host.decide`` does the rest."""

import secrets
from dataclasses import replace

from saltbox import Channel, Client, Codes, DescriptorError, StoredStringError, Way, import_descriptor, same_identifier
from service_api import Need
from service_requests import Refused
from service_store import REFRESH_S, SESSION_S

BY_LINK = (Way.EMAIL_LINK, Channel.EMAIL)
BY_DIGITS = (Way.ONE_TIME_CODE, Channel.EMAIL)
BY_ADMINISTRATOR = (Way.RESET_LINK, Channel.ADMINISTRATOR)

# Passwords.


async def sign_up(host, members, _session):
    login, password, user = members.login(), members.text("password"), members.below("user")
    name, email, phone = (user.optional(each) or "" for each in ("name", "email", "phone"))
    _refuse_unserved(members)
    if host.mask:
        # The mail says whether the login was free, so it goes to the login and nowhere else.
        if "@" not in login:
            raise members.refused("loginId", "an address is needed")
        if email and not same_identifier(email, login):
            raise user.refused("email", "is not the login")
    newcomer = host.newcomer(login, name=name, email=email or (login if "@" in login else ""), phone=phone)
    # Decided about the newcomer where the login is taken, too: what a password may not be would tell of the other.
    done = await host.for_login(login, host.core.sign_up, password, change=lambda _: newcomer)
    if done.outcome.client == Client.DONE:
        return _jwt(done, is_first=True)
    # As much work where the login is taken, and the same answer.
    find = host.store.by_login if done.outcome else _nobody
    await host.decide(find, newcomer.key, host.core.request_verification, *BY_LINK)
    return {"sent": True}


async def sign_in(host, members, session):
    login, password, options = members.login(), members.text("password"), members.below("loginOptions")
    flags = {"step_up": options.flag("stepup"), "revoke_other_sessions": options.flag("revokeOtherSessions")}
    _refuse_unserved(members)
    return _jwt(await host.for_login(login, host.core.sign_in, password, session=session, flags=flags))


async def update(host, members, session):
    login, password = members.login(), members.text("newPassword")
    await host.for_login(login, host.core.update, password, session=session)
    return {}


async def replace_password(host, members, session):
    login, old, new = members.login(), members.text("oldPassword"), members.text("newPassword")
    flags = {"revoke_other_sessions": members.flag("revokeOtherSessions")}
    _refuse_unserved(members)
    return _jwt(await host.for_login(login, host.core.replace, old, new, session=session, flags=flags))


async def policy(host, _members, _session):
    return host.core.public_policy()["descope"]


# Lost passwords.


async def send_reset(host, members, _session):
    login = members.login()
    # No code goes to where a stranger says.
    if members.optional("redirectUrl") not in (None, "", host.app_url):
        raise Refused("invalid_request", "redirectUrl: is not allowed")
    await host.for_login(login, host.core.request_reset, *BY_LINK)
    return {"resetMethod": "magiclink"}


async def request_reset(host, members, _session):
    login, strategy = members.login(), members.optional("strategy") or "link"
    if strategy not in ("link", "otp"):
        raise Refused("invalid_request", "strategy: link or otp is needed")
    done = await host.for_login(login, host.core.request_reset, *(BY_DIGITS if strategy == "otp" else BY_LINK))
    # There is one for a login that is not there, too.
    return {"requestCode": done.outcome.lookup} if strategy == "otp" else {}


async def make_link(host, members, _session):
    done = await host.for_login(members.login(), host.core.request_reset, *BY_ADMINISTRATOR)
    outcome = _of_user(done).outcome
    if outcome.code is None:
        raise Refused(outcome.decision.name.lower())
    return {"passwordResetCode": outcome.code.decode(), "lifetimeSeconds": outcome.lifetime_s}


async def reset(host, members, _session):
    names = "emailAuthCode", "requestCode", "verificationCode", "passwordResetCode"
    codes, password = Codes(*map(members.optional, names)), members.text("newPassword")
    flags = {"suppress_mail": members.flag("suppressPasswordUpdatedEmail")}
    lookup = host.core.reset_lookup(codes)
    await host.decide(host.store.by_lookup, lookup, host.core.reset, codes, password, flags=flags)
    return {"result": "password_reset"}


# Addresses.


async def update_email(host, members, session):
    login, email = members.login(), members.filled("email")

    def moved(account):
        # No call of saltbox looks at the session here. Who moves the address may reset the password.
        is_fresh = host.now() - session.signed_in <= host.auth_age_s
        if account is None or account.id != session.account_id or not is_fresh:
            raise Refused("sign_in_first")
        return replace(account, email=email, email_verified=False)

    await host.for_login(login, host.core.request_verification, *BY_LINK, session=session, change=moved)
    return {}


async def verify_email(host, members, _session):
    codes = Codes(email_auth_code=members.text("token"))
    await host.decide(host.store.by_lookup, host.core.reset_lookup(codes), host.core.verify_address, codes)
    return {"verified": True}


# Security answers.


async def set_questions(host, members, session):
    login, answers = members.login(), members.answers()
    await host.for_login(login, host.core.set_questions, answers, session=session)
    return {}


async def get_questions(host, _members, session):
    done = await host.decide(host.store.by_id, session.account_id, host.core.get_questions, session=session)
    return {"questions": [{"id": each.id, "text": each.text} for each in done.outcome.questions]}


async def verify_questions(host, members, session):
    login, answers, flags = members.login(), members.answers(), {"step_up": members.flag("stepup")}
    _refuse_unserved(members)
    return _jwt(await host.for_login(login, host.core.verify_questions, answers, session=session, flags=flags))


# Management.


async def create(host, members, _session):
    login, form = members.login(), members.json("hashedPassword")
    newcomer = host.newcomer(
        login,
        name=members.optional("name") or "",
        email=members.optional("email") or "",
        email_verified=members.flag("verifiedEmail"),
        has_password=form is not None,
    )
    descriptor = {"vendor": "descope", "hash": form, "options": members.json("hashOptions") or {}}

    def new(account):
        if account is not None:
            raise Refused("exists")
        return newcomer

    try:
        stored = None if form is None else import_descriptor(descriptor)
        return {"user": _user(await host.for_login(login, host.core.admin_import, stored, change=new))}
    except (DescriptorError, StoredStringError) as error:
        raise Refused("invalid_request", str(error)) from None


def _manages(name, *takes):
    """The endpoint of a call of saltbox about an account, with the members that it takes."""

    async def endpoint(host, members, _session):
        login, given = members.login(), [members.text(each) for each in takes]
        _of_user(await host.for_login(login, getattr(host.core, name), *given))
        return {}

    return endpoint


async def set_status(host, members, _session):
    login, status = members.login(), members.text("status")
    calls = {"enabled": host.core.admin_enable, "disabled": host.core.admin_disable}
    if status not in calls:
        raise Refused("invalid_request", "status: enabled or disabled is needed")
    return {"user": _user(_of_user(await host.for_login(login, calls[status])))}


# For tests.


async def set_clock(host, members, _session):
    host.frozen_at = members.number("now")
    return {}


async def clear(host, _members, _session):
    host.store.clear()
    return {}


async def outbox(host, _members, _session):
    return {"messages": host.store.take_mail()}


def _refuse_unserved(members):
    """What a session would have to be like that the host does not make."""
    members.refuse_unserved("ssoAppId")
    members.below("loginOptions").refuse_unserved("mfa", "pkceChallenge", "customClaims", "ssoAppId")


def _nobody(_key):
    """Finds no account."""
    return None


def _of_user(done):
    """Tells administrators, whom the host has checked, that there is no such account."""
    if done.account is None:
        raise Refused("user_not_found")
    return done


def _jwt(done, is_first=False):
    """The session of an outcome as Descope's clients read it, and the user with it."""
    return {
        # A real service signs a JWT here, with the user as ``sub``, and as ``drn`` which of the two it is.
        "sessionJwt": secrets.token_hex(32) if done.session else "",
        "refreshJwt": done.session.refresh if done.session else "",
        "cookieDomain": "",
        "cookiePath": "/",
        "cookieMaxAge": REFRESH_S,
        "cookieExpiration": done.now + REFRESH_S,
        "user": _user(done),
        "firstSeen": is_first,
        "sessionExpiration": done.now + SESSION_S,
    }


def _user(done):
    account = done.account
    return {
        "loginIds": [account.login],
        "userId": account.id,
        "name": account.name,
        "email": account.email,
        "phone": account.phone,
        "verifiedEmail": account.email_verified,
        "verifiedPhone": False,
        "status": account.status,
        "test": False,
        "password": account.has_password,
        "createdTime": account.created,
    }


ROUTES = {
    ("POST", "/v1/auth/password/signup"): (Need.PROJECT, sign_up),
    ("POST", "/v1/auth/password/signin"): (Need.PROJECT, sign_in),
    ("POST", "/v1/auth/password/update"): (Need.SESSION, update),
    ("POST", "/v1/auth/password/replace"): (Need.PROJECT, replace_password),
    ("POST", "/v1/auth/password/reset"): (Need.PROJECT, send_reset),
    ("GET", "/v1/auth/password/policy"): (Need.PROJECT, policy),
    ("POST", "/v1/auth/magiclink/update/email"): (Need.SESSION, update_email),
    ("POST", "/v1/auth/magiclink/verify"): (Need.PROJECT, verify_email),
    ("POST", "/v1/auth/security-questions/setup"): (Need.SESSION, set_questions),
    ("GET", "/v1/auth/security-questions/verify"): (Need.SESSION, get_questions),
    ("POST", "/v1/auth/security-questions/verify"): (Need.SESSION, verify_questions),
    ("POST", "/api/v1/password-reset/request-password-reset"): (Need.PROJECT, request_reset),
    ("POST", "/api/v1/password-reset/create-password-reset-link"): (Need.MANAGEMENT, make_link),
    ("POST", "/api/v1/password-reset/reset-password"): (Need.PROJECT, reset),
    ("POST", "/v1/mgmt/user/create"): (Need.MANAGEMENT, create),
    ("POST", "/v1/mgmt/user/password/set/temporary"): (Need.MANAGEMENT, _manages("admin_set_temporary", "password")),
    ("POST", "/v1/mgmt/user/password/set/active"): (Need.MANAGEMENT, _manages("admin_set_active", "password")),
    ("POST", "/v1/mgmt/user/password/expire"): (Need.MANAGEMENT, _manages("admin_expire")),
    ("POST", "/v1/mgmt/user/update/status"): (Need.MANAGEMENT, set_status),
    ("POST", "/v1/mgmt/user/lock"): (Need.MANAGEMENT, _manages("admin_lock")),
    ("POST", "/v1/mgmt/user/unlock"): (Need.MANAGEMENT, _manages("admin_unlock")),
}

# With --dev only.
DEV_ROUTES = {
    ("POST", "/dev/clock"): (Need.NOTHING, set_clock),
    ("POST", "/dev/clear"): (Need.NOTHING, clear),
    ("GET", "/dev/outbox"): (Need.NOTHING, outbox),
}
