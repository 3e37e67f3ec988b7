/** Chromium uses the older of the two places if it exists. */
const NSS_DATABASE = 'sql:$([ -d ~/.pki/nssdb ] && echo ~/.pki || echo ~/.local/share/pki)/nssdb';
const MACOS_KEYCHAIN = '~/Library/Keychains/login.keychain-db';

/** What to do on each platform, by the names of `process.platform`. */
const PLATFORMS: Readonly<Record<string, (path: string) => readonly string[]>> = {
  darwin: (path) => [
    'macOS (Safari, Chrome, Edge, and Firefox 120 or later):',
    `  security add-trusted-cert -r trustRoot -p ssl -k ${MACOS_KEYCHAIN} ${quoteForShell(path)}`,
  ],
  win32: (path) => ['Windows (Chrome, Edge, and Firefox 120 or later):', `  certutil -user -addstore Root "${path}"`],
  linux: (path) => [
    'Linux, Chrome and Chromium (certutil is in the package libnss3-tools or nss-tools):',
    `  certutil -d ${NSS_DATABASE} -A -t P,, -n passport-marketing-cloud -i ${quoteForShell(path)}`,
  ],
};

/**
 * Describes how browsers and other clients are made to trust a certificate.
 *
 * @param platform whose browsers; all platforms' if left out
 */
export function describeTrust(path: string, platform?: NodeJS.Platform): string {
  const describers = platform === undefined ? Object.values(PLATFORMS) : [PLATFORMS[platform]];
  return [
    ...describers.flatMap((describe) => describe?.(path) ?? []),
    'Firefox:',
    '  Open the app, choose "Advanced", then "Accept the Risk and Continue". It remembers this for each port.',
    'Node and curl:',
    `  NODE_EXTRA_CA_CERTS=${quoteForShell(path)} node …`,
    `  curl --cacert ${quoteForShell(path)} …`,
  ].join('\n');
}

function quoteForShell(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
