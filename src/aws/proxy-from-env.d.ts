declare module "proxy-from-env" {
  /** The proxy that the environment variables name for a URL; empty when it is to be reached directly. */
  export function getProxyForUrl(url: string): string;
}
