// What goes wrong with a server, as a value to be thrown: by kind for whoever decides, and in words for whoever reads. Unaware of gRPC's
// library, which need not be loaded to read one.

/** gRPC's codes, as far as anything here goes by them. https://grpc.io/docs/guides/status-codes/ */
export const STATUS = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export type FailureKind =
  /** Nobody is there, or the connection broke. */
  | 'unreachable'
  /** Nothing came in time. */
  | 'slow'
  /** Theirs is not one to trust, or ours is not there or not one for them. */
  | 'certificate'
  /** No token, a wrong or an expired one. */
  | 'unauthenticated'
  | 'forbidden'
  | 'no-instance'
  | 'full'
  /** This one is too much for it; others may not be. */
  | 'too-large'
  /** What was sent was not taken, or not in time. It may answer all the same. */
  | 'not-taken'
  /** It says that it is elsewhere. */
  | 'moved'
  | 'unimplemented'
  /** What was asked for is not there. */
  | 'not-found'
  /** Something else came than what was asked for. */
  | 'damaged'
  /** We ended it ourselves. */
  | 'cancelled'
  /** It speaks something else there. */
  | 'foreign'
  | 'other';

export class RemoteFailure extends Error {
  readonly kind: FailureKind;
  /** gRPC's, where it was gRPC's. */
  readonly code: number | undefined;
  /** What the server says itself. */
  readonly details: string;

  constructor(kind: FailureKind, details: string, code?: number) {
    super(wordsOf(kind, details));
    this.name = 'RemoteFailure';
    this.kind = kind;
    this.details = details;
    this.code = code;
  }
}

/** What Node makes of bytes that are of another protocol. */
const FOREIGN = /wrong version number|packet length too long|Parse Error|Protocol error/i;
const CERTIFICATE = /certificate|\bCERT_|\bssl\b|\btls\b|altname|self.signed|UNABLE_TO_|unknown ca/i;
/** What gRPC's library says of a call that we have ended. */
const OURS = /cancelled on client/i;
const INSTANCE = /\binstance\b/i;
const TOO_LARGE = /larger than max|exceeds maximum|(?:message|blob)(?: size| length)?(?: is)? too large/i;

/** @param details what is told beside the code */
export function failureOfStatus(code: number, details: string): RemoteFailure {
  return new RemoteFailure(kindOf(code, details), cleaned(details), code);
}

/** Where a server has moved to, as one would write it; what it adds to that is for whoever it is said to. @param path of what was asked for */
export function placeOf(location: string, from: URL, path: string): string {
  if (!URL.canParse(location, from.href)) return 'somewhere else';
  const { origin, pathname } = new URL(location, from);
  return origin + (pathname.endsWith(path) ? pathname.slice(0, -path.length) : pathname);
}

function kindOf(code: number, details: string): FailureKind {
  // A proxy in front of it speaks HTTP, and a code of gRPC's is made up for what it says; that of 404 would be that of a method alone.
  const status = /HTTP status code (\d+)/.exec(details)?.[1];
  if (status !== undefined) return status === '404' ? 'foreign' : kindOfHttp(Number(status));
  switch (code) {
    case STATUS.cancelled:
      return 'cancelled';
    case STATUS.deadlineExceeded:
      return 'slow';
    case STATUS.unauthenticated:
      return 'unauthenticated';
    case STATUS.permissionDenied:
      return 'forbidden';
    case STATUS.resourceExhausted:
    case STATUS.outOfRange:
      if (TOO_LARGE.test(details)) return 'too-large';
      return code === STATUS.resourceExhausted ? 'full' : 'other';
    case STATUS.unimplemented:
      return 'unimplemented';
    case STATUS.unavailable:
      if (FOREIGN.test(details)) return 'foreign';
      return CERTIFICATE.test(details) ? 'certificate' : 'unreachable';
    case STATUS.invalidArgument:
      return INSTANCE.test(details) ? 'no-instance' : 'other';
    // A server that names its instance whatever it lacks: that the instance is not there is said by what it is asked of itself.
    case STATUS.notFound:
      return 'not-found';
    default:
      return CERTIFICATE.test(details) ? 'certificate' : 'other';
  }
}

/** Of a status of HTTP that is no success. */
export function kindOfHttp(status: number): FailureKind {
  if (status === 401 || status === 407) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 405 || status === 501) return 'unimplemented';
  if (status === 408 || status === 504) return 'slow';
  if (status === 413) return 'too-large';
  if (status === 429 || status === 507) return 'full';
  if (status === 495 || status === 496) return 'certificate';
  return status === 502 || status === 503 ? 'unreachable' : 'other';
}

/** Of what Node says of a connection. */
export function failureOfConnection(error: unknown): RemoteFailure {
  if (error instanceof RemoteFailure) return error;
  const { message, code = '' } = error as NodeJS.ErrnoException;
  const details = cleaned(message);
  if (FOREIGN.test(message)) return new RemoteFailure('foreign', details);
  return new RemoteFailure(CERTIFICATE.test(`${code} ${message}`) ? 'certificate' : 'unreachable', details);
}

/** Nobody takes connections there, which is known at once. */
export const isRefused = ({ kind, details }: RemoteFailure): boolean =>
  kind === 'unreachable' && details.includes('ECONNREFUSED');

/** gRPC's library wraps what Node has said, and gives advice that is none to a user. */
function cleaned(details: string): string {
  const [said = ''] = details.split('. Resolution note:');
  return said
    .replace(/^.*Last error: /s, '')
    .replace(/^(?:Error|AggregateError)(?: \[\w+\])?: /, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A clause whose subject is the server. */
function wordsOf(kind: FailureKind, details: string): string {
  const told = details === '' ? '' : ` (${details})`;
  switch (kind) {
    case 'unreachable':
      return `it cannot be reached${told}`;
    case 'slow':
      return 'it did not answer in time';
    case 'certificate':
      return `its certificate or ours was refused${told}`;
    case 'unauthenticated':
      return `it wants a valid token${told}`;
    case 'forbidden':
      return `it forbids this${told}`;
    case 'no-instance':
      return `it has no such instance${told}`;
    case 'full':
      return `it takes no more${told}`;
    case 'too-large':
      return `this is too large for it${told}`;
    case 'not-taken':
      return `it did not take what was sent${details === '' ? ' in time' : told}`;
    case 'moved':
      return `it has moved to ${details}: write that URL`;
    case 'unimplemented':
      return `it cannot do this${told}`;
    case 'not-found':
      return `it does not have this${told}`;
    case 'damaged':
      return `it sent something else than what it was asked for${told}`;
    case 'cancelled':
      return details === '' || OURS.test(details) ? 'the call was canceled' : `it ended the call${told}`;
    case 'foreign':
      return 'it speaks something else there: look at the scheme and the port of its URL';
    case 'other':
      return `it failed${told}`;
  }
}
