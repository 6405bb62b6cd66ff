/* Passkeys and security keys: shows what the browser can do, and says in words why a key was not read. */

const WORDS = {
  NotAllowedError: "没有完成：操作已取消或者超时，请再试一次。",
  InvalidStateError: "这把密钥已经添加过了。",
  SecurityError: "当前网址不能使用通行密钥。请用本院公布的域名访问，或者改用密码登录。",
  NotSupportedError: "这台设备或者浏览器不支持这种密钥。",
};

const isAddress = /^[\d.:[\]]+$/.test(window.location.hostname);
const able = Boolean(window.PublicKeyCredential) && window.isSecureContext && !isAddress;

function start() {
  document.querySelectorAll("[data-needs-key]").forEach((part) => {
    part.hidden = !able;
  });
  document.querySelectorAll("[data-no-key]").forEach((part) => {
    part.hidden = able;
  });
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.querySelector("[data-key-error]");
  if (!place) return;
  place.querySelector("[data-key-words]").textContent = WORDS[event.detail.exception?.name] ?? "没有读到密钥，请再试一次；仍然不行的，请改用其他方式。";
  place.hidden = false;
});

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
