// What goes wrong with a server, in words.

import { failureOfConnection, failureOfStatus, RemoteFailure } from '../../src/remote/failure.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('remote/failure');

test('what gRPC says is told by what it means', () => {
  const cases: [code: number, details: string, message: string][] = [
    [
      14,
      'No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1. Resolution note: ',
      'it cannot be reached (connect ECONNREFUSED 127.0.0.1:1)',
    ],
    [
      14,
      'No connection established. Last error: Error: self-signed certificate',
      'its certificate or ours was refused (self-signed certificate)',
    ],
    [
      14,
      'No connection established. Last error: Error: 80AC:error:0A00010B:SSL routines:x:wrong version number:../y',
      'it speaks something else there: look at the scheme and the port of its URL',
    ],
    [
      12,
      'Received HTTP status code 404',
      'it speaks something else there: look at the scheme and the port of its URL',
    ],
    [4, 'Deadline exceeded after 2s', 'it did not answer in time'],
    [16, 'token\n expired', 'it wants a valid token (token expired)'],
    [14, 'Received HTTP status code 403', 'it forbids this (Received HTTP status code 403)'],
    [8, '', 'it takes no more'],
    [3, 'Invalid instance name "foo"', 'it has no such instance (Invalid instance name "foo")'],
    [2, 'x', 'it failed (x)'],
    [1, 'Call cancelled', 'it ended the call (Call cancelled)'],
    [1, 'Cancelled on client', 'the call was canceled'],
  ];
  for (const [code, details, message] of cases) assert.is(failureOfStatus(code, details).message, message);
});

test('what Node says of a connection as well, and what is told already stays', () => {
  const error = (message: string, code = '') => Object.assign(new Error(message), { code });
  assert.is(failureOfConnection(error('read ECONNRESET', 'ECONNRESET')).kind, 'unreachable');
  assert.is(
    failureOfConnection(error('unable to verify', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')).kind,
    'certificate',
  );
  assert.is(
    failureOfConnection(error('Parse Error: Expected HTTP/', 'HPE_INVALID_CONSTANT')).kind,
    'foreign',
  );
  const told = new RemoteFailure('full', '');
  assert.is(failureOfConnection(told), told);
});
