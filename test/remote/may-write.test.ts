// Who may write to the remote cache with `write: ci`.

import { mayWrite } from '../../src/remote/may-write.ts';
import { assert, suite } from '../support/suite.ts';

const test = suite('remote/may-write');

const GITHUB = { CI: 'true', GITHUB_ACTIONS: 'true' };
const GITLAB = { CI: 'true', GITLAB_CI: 'true' };

const decide = (env: Record<string, string>): string => {
  const { writes, because } = mayWrite('ci', env);
  return `${writes ? 'yes' : 'no'}: ${because}`;
};

test('true and false are themselves wherever it runs', () => {
  for (const env of [{}, { ...GITHUB, GITHUB_EVENT_NAME: 'pull_request' }]) {
    assert.is(mayWrite(true, env).writes, true);
    assert.is(mayWrite(false, env).writes, false);
  }
});

test('nobody at home', () => {
  assert.is(decide({}), 'no: this is not CI');
  for (const CI of ['', 'false', '0']) assert.is(decide({ CI }), 'no: this is not CI');
});

test('GitHub: pushes to a protected or usual branch, clocks and maintainers; no pull request in any form', () => {
  const on = (event: string, more = {}): string =>
    decide({ ...GITHUB, GITHUB_EVENT_NAME: event, GITHUB_REF_NAME: 'main', ...more });
  for (const event of ['push', 'schedule', 'workflow_dispatch', 'release'])
    assert.is(on(event), 'yes: GitHub builds a trusted branch');
  assert.is(
    on('push', { GITHUB_REF_NAME: 'release/1', GITHUB_REF_PROTECTED: 'true' }),
    'yes: GitHub builds a trusted branch',
  );
  assert.is(
    on('push', { GITHUB_REF_NAME: 'feature', GITHUB_REF_PROTECTED: 'false' }),
    'no: feature is not protected',
  );
  for (const event of [
    'pull_request',
    'pull_request_target',
    'pull_request_review',
    'pull_request_review_comment',
  ])
    assert.is(on(event), 'no: it builds a pull request', event);
  assert.is(on('push', { GITHUB_HEAD_REF: 'theirs' }), 'no: it builds a pull request');
  assert.is(on('merge_group'), 'no: it builds a merge queue');
  for (const event of ['issue_comment', 'workflow_run', 'fork'])
    assert.is(on(event), `no: it was started by ${event}`);
  assert.is(decide(GITHUB), 'no: nothing says what has started it');
});

test('GitLab: protected branches, and no merge request in any form', () => {
  const from = (source: string, more = {}): string =>
    decide({
      ...GITLAB,
      CI_PIPELINE_SOURCE: source,
      CI_COMMIT_REF_NAME: 'main',
      CI_COMMIT_REF_PROTECTED: 'true',
      ...more,
    });
  for (const source of ['push', 'schedule', 'web'])
    assert.is(from(source), 'yes: GitLab builds a trusted branch');
  for (const source of ['merge_request_event', 'external_pull_request_event'])
    assert.is(from(source), 'no: it builds a merge request');
  // A pipeline that one of a merge request has started.
  assert.is(from('parent_pipeline', { CI_MERGE_REQUEST_IID: '7' }), 'no: it builds a merge request');
  assert.is(
    from('push', { CI_COMMIT_REF_NAME: 'feature', CI_COMMIT_REF_PROTECTED: 'false' }),
    'no: feature is not protected',
  );
  assert.is(decide({ ...GITLAB, CI_PIPELINE_SOURCE: 'push' }), 'no: its branch is not protected');
});

test('others: in CI, and without what they mark a pull request by', () => {
  const cases: [Record<string, string>, Record<string, string>][] = [
    [{ BUILDKITE: 'true', BUILDKITE_PULL_REQUEST: 'false' }, { BUILDKITE_PULL_REQUEST: '12' }],
    [{ CIRCLECI: 'true' }, { CIRCLE_PULL_REQUEST: 'https://example.com/pull/7' }],
    [{ TF_BUILD: 'True', BUILD_REASON: 'IndividualCI' }, { BUILD_REASON: 'PullRequest' }],
    [{ JENKINS_URL: 'https://example.com' }, { CHANGE_ID: '7' }],
    [{ TRAVIS: 'true', TRAVIS_PULL_REQUEST: 'false' }, { TRAVIS_PULL_REQUEST: '7' }],
    [{ BITBUCKET_BUILD_NUMBER: '1' }, { BITBUCKET_PR_ID: '7' }],
    [{ CODEBUILD_BUILD_ID: 'x' }, { CODEBUILD_WEBHOOK_EVENT: 'PULL_REQUEST_UPDATED' }],
    [{ CIRRUS_CI: 'true' }, { CIRRUS_PR: '7' }],
    [{ DRONE: 'true', DRONE_BUILD_EVENT: 'push' }, { DRONE_BUILD_EVENT: 'pull_request' }],
    [{ CI: 'woodpecker', CI_PIPELINE_EVENT: 'push' }, { CI_PIPELINE_EVENT: 'pull_request' }],
    [{ APPVEYOR: 'True' }, { APPVEYOR_PULL_REQUEST_NUMBER: '7' }],
    [{ SEMAPHORE: 'true' }, { SEMAPHORE_GIT_PR_NUMBER: '7' }],
    [{ CI: 'true' }, { PULL_REQUEST: 'true' }],
  ];
  for (const [push, pull] of cases) {
    const env = { CI: 'true', ...push };
    assert.match(decide(env), /^yes: .* builds a trusted branch$/, JSON.stringify(env));
    assert.is(decide({ ...env, ...pull }), 'no: it builds a pull request', JSON.stringify(pull));
  }
});
