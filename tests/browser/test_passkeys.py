"""A passkey is made and used under the content policy, with the authenticator of the browser itself."""

from __future__ import annotations

from playwright.sync_api import Page, expect

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_sign_in_with_a_passkey(page: Page, product: str) -> None:
    home = product.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to an address
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    page.goto(f"{home}/accounts/login/")
    judge = page.locator(".demo-person").filter(has=page.locator("strong", has_text="法官")).last
    judge.click()
    page.wait_for_url(f"{home}/")
    name = page.locator(".person-now-name").inner_text()

    page.goto(f"{home}/accounts/2fa/webauthn/add/")
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/2fa/recovery-codes/")
    expect(page.locator(".codes li")).to_have_count(10)

    page.goto(f"{home}/accounts/logout/")
    page.locator("main").get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/accounts/login/**")
    page.click("#passkey_login")
    page.wait_for_url(f"{home}/")
    expect(page.locator(".person-now-name")).to_have_text(name)


def test_an_address_without_a_name_offers_no_passkey(page: Page) -> None:
    page.goto("/accounts/login/")
    expect(page.locator("#passkey_login")).to_be_hidden()
