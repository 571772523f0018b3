const again = "then run the same command again.";

/**
 * What Node's error codes mean for a call, and what the user can do: there is no answer of AWS's behind them.
 *
 * Sources: Node's documentation of `dns` ("Error codes"), `tls` ("X.509 certificate error codes") and `errors` ("Common
 * system errors", "Node.js error codes", "OpenSSL errors"); getaddrinfo(3); code by code in test/aws/network.test.ts.
 */
export const networkErrors = [
  {
    // The name of the service was not found, or nobody could be asked.
    is: "unknown",
    code: /^(ENOTFOUND|ENODATA|ENONAME|ESERVFAIL|EREFUSED|ETIMEOUT|EAI_\w+)$/,
    advice: `AWS's address cannot be found: check that this machine is online, its DNS and its proxy (HTTPS_PROXY, NO_PROXY), ${again}`,
  },
  {
    is: "unknown",
    code: /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENETRESET|ENOTCONN|ESHUTDOWN|EADDRNOTAVAIL|ENOBUFS|ERR_SOCKET_\w+|ERR_STREAM_PREMATURE_CLOSE|ERR_TLS_HANDSHAKE_TIMEOUT|HPE_\w+|NetworkingError)$/,
    advice: `AWS cannot be reached: check the network, its firewall and the proxy (HTTPS_PROXY, NO_PROXY), ${again}`,
  },
  {
    // Before or after something was sent: nobody knows.
    is: "unknown",
    code: /^(EPROTO|ERR_SSL_\w+)$/,
    advice: `The encrypted connection broke: check that the proxy (HTTPS_PROXY) is an HTTP proxy and lets AWS through, ${again}`,
  },
  {
    // Nothing was sent, and waiting does not help.
    is: "fatal",
    code: /^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|CRL_HAS_EXPIRED|CRL_NOT_YET_VALID)$/,
    advice: `Set this machine's clock right; if it is, whoever answers in AWS's place (a proxy) has a certificate that is not valid now. Then run the same command again.`,
  },
  {
    is: "fatal",
    code: /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|CRL_\w+|ERROR_IN_C\w+|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_\w+)$/,
    advice: `Somebody else answers in AWS's place. If that is a proxy of your organisation's, name its certificate in NODE_EXTRA_CA_CERTS, ${again}`,
  },
] as const;
