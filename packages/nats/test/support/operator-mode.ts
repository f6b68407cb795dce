import { nkeys } from '@nats-io/nats-core';

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** A server configuration with an operator and one account, and the credentials of a user of it. */
export interface OperatorMode {
  readonly config: string;
  /** The text of a `.creds` file. */
  readonly creds: string;
}

const UNLIMITED = -1;

/** Signs an operator, an account with JetStream and a user: what the nsc tool does, as far as tests need it. */
export function operatorMode(): OperatorMode {
  const operator = nkeys.createOperator();
  const system = nkeys.createAccount();
  const account = nkeys.createAccount();
  const user = nkeys.createUser();
  const systemKey = system.getPublicKey();

  const operatorJwt = sign(operator, operator, 'O', { type: 'operator', system_account: systemKey });
  const systemJwt = sign(operator, system, 'SYS', { type: 'account', limits: accountLimits({}) });
  const jetStream = {
    mem_storage: UNLIMITED,
    disk_storage: UNLIMITED,
    streams: UNLIMITED,
    consumer: UNLIMITED,
  };
  const accountJwt = sign(operator, account, 'A', { type: 'account', limits: accountLimits(jetStream) });
  const userJwt = sign(account, user, 'U', {
    type: 'user',
    pub: {},
    sub: {},
    subs: UNLIMITED,
    data: UNLIMITED,
    payload: UNLIMITED,
  });
  const seed = new TextDecoder().decode(user.getSeed());
  return {
    config: [
      `operator: ${operatorJwt}`,
      `system_account: ${systemKey}`,
      'resolver: MEMORY',
      `resolver_preload: { ${systemKey}: ${systemJwt}, ${account.getPublicKey()}: ${accountJwt} }`,
    ].join('\n'),
    creds: [
      '-----BEGIN NATS USER JWT-----',
      userJwt,
      '------END NATS USER JWT------',
      '',
      '-----BEGIN USER NKEY SEED-----',
      seed,
      '------END USER NKEY SEED------',
      '',
    ].join('\n'),
  };
}

function accountLimits(jetStream: object): object {
  const limits = { subs: UNLIMITED, data: UNLIMITED, payload: UNLIMITED, conn: UNLIMITED, leaf: UNLIMITED };
  return { ...limits, imports: UNLIMITED, exports: UNLIMITED, wildcards: true, ...jetStream };
}

function sign(issuer: KeyPair, subject: KeyPair, name: string, nats: object): string {
  const header = { typ: 'JWT', alg: 'ed25519-nkey' };
  const claims = {
    jti: name,
    iat: Math.floor(Date.now() / 1_000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name,
    nats: { ...nats, version: 2 },
  };
  const body = `${base64Url(JSON.stringify(header))}.${base64Url(JSON.stringify(claims))}`;
  return `${body}.${Buffer.from(issuer.sign(new TextEncoder().encode(body))).toString('base64url')}`;
}

function base64Url(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
