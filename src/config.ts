// Settings: environment -> one frozen value (contract.md section 2). Every fault names the variable, the bad value and what is allowed.

/** host:port to listen on; port 0 = any free port. */
export type Listen = { readonly host: string; readonly port: number };

export type Smarthost = {
  readonly host: string;
  readonly port: number;
  /** TLS at once (smtps://). */
  readonly implicit: boolean;
  readonly user: string | null;
  readonly password: string | null;
  readonly tls: 'opportunistic' | 'required' | 'verified';
};

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export type Config = {
  readonly root: string;
  readonly dataDir: string;
  /** null = SQLite in the data directory. */
  readonly databaseUrl: string | null;
  readonly hostname: string;
  readonly listen: {
    readonly http: readonly Listen[];
    readonly https: readonly Listen[];
    readonly submission: readonly Listen[];
    readonly submissions: readonly Listen[];
    readonly mx: readonly Listen[];
  };
  readonly publicUrl: string | null;
  readonly trustedProxies: readonly string[];
  readonly operatorKey: string | null;
  readonly secretKeyFile: string;
  /** ip:port; empty = the system's. */
  readonly resolver: readonly string[];
  readonly resolverTrusted: boolean;
  readonly deliveryPort: number;
  readonly smarthost: Smarthost | null;
  readonly sendingIps: readonly string[];
  readonly lmtpTargets: Readonly<Record<string, { readonly path: string } | Listen>>;
  readonly postmaster: string | null;
  readonly privatePeers: readonly string[];
  readonly allowPrivatePeers: boolean;
  readonly contentLifetimeMs: number;
  readonly metadataLifetimeMs: number;
  /** null = Debian's socket when it is there. */
  readonly clamd:
    | { readonly kind: 'unix'; readonly path: string }
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
    | { readonly kind: 'off' }
    | null;
  readonly clamdMaxAgeMs: number;
  readonly tlsCert: readonly string[];
  readonly tlsKey: readonly string[];
  readonly tlsMin: { readonly submission: TlsVersion; readonly mx: TlsVersion; readonly delivery: TlsVersion };
  readonly doors: number;
  readonly messageSize: number;
  readonly connectionLimit: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
};
