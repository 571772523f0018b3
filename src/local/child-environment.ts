/** What any program may be told of this process's environment: where things are, and how people are talked to. */
const plain = [
  ...["PATH", "TMPDIR", "TZ", "TERM"],
  ...["LANG", "LANGUAGE", "LC_ALL", "LC_COLLATE", "LC_CTYPE", "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME"],
];

/**
 * What Python and pip need besides, to be the ones that the user means and to reach the index as the user has set it up:
 * proxies (their passwords with them, which is what they are for), pip's own settings, the authorities to trust, the
 * folders of configuration and cache; of a version manager, which Python it is to be.
 * https://pip.pypa.io/en/stable/topics/configuration/, https://requests.readthedocs.io/en/latest/user/advanced/
 */
const downloads = [
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"],
  ...["PIP_CONFIG_FILE", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_TRUSTED_HOST"],
  ...["PIP_CERT", "PIP_CLIENT_CERT", "PIP_PROXY", "PIP_DEFAULT_TIMEOUT", "PIP_RETRIES", "PIP_CACHE_DIR"],
  ...["PIP_KEYRING_PROVIDER", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"],
  ...["HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "PYENV_ROOT", "PYENV_VERSION"],
];

/** What a pager needs besides: how to find itself, its own settings, and what the terminal can. */
const pages = [
  ...["HOME", "USER", "LOGNAME", "SHELL", "TERMINFO", "COLORTERM", "NO_COLOR", "COLUMNS", "LINES"],
  ...["LESS", "LESSCHARSET", "LV", "MORE"],
];

const lists: Readonly<Record<"plain" | "downloads" | "pages", readonly string[]>> = { plain: [], downloads, pages };

/** What a program is started for: most work on this machine, some have to download, one shows text. */
export type Purpose = keyof typeof lists;

/**
 * The environment of a program that tap starts: what its purpose needs of the user's, and nothing else, so no
 * credentials, whatever they are called. Every program gets it from here; the emulator's, which functions inherit, is
 * made from nothing (`server.ts`).
 */
export function childEnvironment(
  purpose: Purpose = "plain",
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  return Object.fromEntries(
    [...plain, ...lists[purpose]].flatMap((name) => {
      const value = variables[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
