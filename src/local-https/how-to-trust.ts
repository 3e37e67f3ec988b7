/** A client that keeps its own list of what it trusts, and what to do there. */
export interface TrustStep {
  readonly client: string;
  readonly steps: readonly string[];
}

/** The platforms with instructions, as `process.platform` names them. */
const STEPS: Readonly<Record<string, (path: string) => readonly TrustStep[]>> = {
  darwin: (path) => [
    {
      client: 'macOS (Safari, Chrome, Edge, and Firefox 120 or later)',
      steps: [
        `security add-trusted-cert -r trustRoot -p ssl -k ~/Library/Keychains/login.keychain-db ${quoteForShell(path)}`,
      ],
    },
  ],
  win32: (path) => [
    {
      client: 'Windows (Chrome, Edge, and Firefox 120 or later)',
      steps: [`certutil -user -addstore Root "${path}"`],
    },
  ],
  linux: (path) => [
    {
      client: 'Linux, Chrome and Chromium (certutil is in libnss3-tools, or nss-tools)',
      steps: [`certutil -d sql:$HOME/.pki/nssdb -A -t P,, -n passport-marketing-cloud -i ${quoteForShell(path)}`],
    },
  ],
};

const FIREFOX: TrustStep = {
  client: 'Firefox',
  steps: ['Open the app, choose "Advanced", then "Accept the Risk and Continue". It remembers this for each port.'],
};

const forNode = (path: string): TrustStep => ({
  client: 'Node and curl',
  steps: [`NODE_EXTRA_CA_CERTS=${quoteForShell(path)} node …`, `curl --cacert ${quoteForShell(path)} …`],
});

/** Describes how browsers of one platform are made to trust a certificate; without a platform, of all. */
export function describeTrust(path: string, platform?: NodeJS.Platform): string {
  const platforms = platform === undefined ? Object.values(STEPS) : [STEPS[platform] ?? (() => [])];
  return [...platforms.flatMap((stepsFor) => stepsFor(path)), FIREFOX, forNode(path)]
    .map(({ client, steps }) => [`${client}:`, ...steps.map((step) => `  ${step}`)].join('\n'))
    .join('\n');
}

function quoteForShell(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
