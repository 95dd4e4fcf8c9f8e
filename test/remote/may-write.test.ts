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

test('GitHub: pushes to a protected or usual branch, clocks and releases; no pull request in any form', () => {
  const on = (event: string, more = {}): string =>
    decide({
      ...GITHUB,
      GITHUB_EVENT_NAME: event,
      GITHUB_REF_NAME: 'main',
      GITHUB_REF_TYPE: 'branch',
      ...more,
    });
  for (const event of ['push', 'schedule', 'release'])
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
  for (const GITHUB_REF_TYPE of ['tag', ''])
    assert.is(on('push', { GITHUB_REF_TYPE }), 'no: main is not protected');
  assert.is(on('push', { GITHUB_HEAD_REF: 'theirs' }), 'no: it builds a pull request');
  assert.is(on('merge_group'), 'no: it builds a merge queue');
  // A program that answers comments may have started it, to build what it was told to.
  for (const event of ['issue_comment', 'workflow_run', 'fork', 'workflow_dispatch', 'repository_dispatch'])
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
  for (const source of ['api', 'trigger', 'chat']) assert.is(from(source), `no: it was started by ${source}`);
  assert.is(decide({ ...GITLAB, CI_COMMIT_REF_PROTECTED: 'true' }), 'no: nothing says what has started it');
  // A pipeline that one of a merge request has started.
  assert.is(from('parent_pipeline', { CI_MERGE_REQUEST_IID: '7' }), 'no: it builds a merge request');
  assert.is(
    from('push', { CI_COMMIT_REF_NAME: 'feature', CI_COMMIT_REF_PROTECTED: 'false' }),
    'no: feature is not protected',
  );
  assert.is(decide({ ...GITLAB, CI_PIPELINE_SOURCE: 'push' }), 'no: its branch is not protected');
});

interface OfService {
  /** Of the default branch. */
  push: Record<string, string>;
  /** What marks a pull request, each alone, in a build that looks like that push otherwise. */
  pulls: Record<string, string>[];
  /** Any other branch. */
  feature: Record<string, string>;
  /** What else is not trusted, each alone. */
  more?: Record<string, string>[];
}

const OTHERS: Record<string, OfService> = {
  Buildkite: {
    push: { BUILDKITE: 'true', BUILDKITE_PULL_REQUEST: 'false', BUILDKITE_BRANCH: 'main' },
    pulls: [{ BUILDKITE_PULL_REQUEST: '12' }],
    feature: { BUILDKITE_BRANCH: 'feature' },
    more: [{ BUILDKITE_TAG: 'main' }],
  },
  CircleCI: {
    push: { CIRCLECI: 'true', CIRCLE_BRANCH: 'master' },
    pulls: [{ CIRCLE_PULL_REQUEST: 'https://example.com/pull/7' }, { CIRCLE_PR_NUMBER: '7' }],
    feature: { CIRCLE_BRANCH: 'pull/7' },
  },
  'Azure Pipelines': {
    push: { TF_BUILD: 'True', BUILD_REASON: 'IndividualCI', BUILD_SOURCEBRANCH: 'refs/heads/main' },
    pulls: [{ BUILD_REASON: 'PullRequest' }, { SYSTEM_PULLREQUEST_PULLREQUESTID: '7' }],
    feature: { BUILD_SOURCEBRANCH: 'refs/heads/feature/main' },
    more: [{ BUILD_SOURCEBRANCH: 'refs/tags/main' }, { BUILD_REASON: 'ResourceTrigger' }],
  },
  Jenkins: {
    push: { JENKINS_URL: 'https://example.com', BRANCH_NAME: 'main' },
    pulls: [
      ...[{ CHANGE_ID: '7' }, { ghprbPullId: '7' }, { gitlabMergeRequestIid: '7' }],
      ...[{ GERRIT_CHANGE_NUMBER: '7' }, { BITBUCKET_PULL_REQUEST_ID: '7' }],
    ],
    feature: { BRANCH_NAME: 'PR-7' },
    // Of a job that is not of a multibranch pipeline.
    more: [{ BRANCH_NAME: '', GIT_BRANCH: 'origin/main' }, { TAG_NAME: 'main' }],
  },
  'Travis CI': {
    push: {
      ...{ TRAVIS: 'true', TRAVIS_PULL_REQUEST: 'false', TRAVIS_EVENT_TYPE: 'push', TRAVIS_BRANCH: 'main' },
    },
    pulls: [{ TRAVIS_PULL_REQUEST: '7' }, { TRAVIS_EVENT_TYPE: 'pull_request' }],
    feature: { TRAVIS_BRANCH: 'feature' },
    more: [{ TRAVIS_TAG: 'main' }, { TRAVIS_EVENT_TYPE: 'api' }],
  },
  Bitbucket: {
    push: { BITBUCKET_BUILD_NUMBER: '1', BITBUCKET_BRANCH: 'main' },
    pulls: [{ BITBUCKET_PR_ID: '7' }],
    feature: { BITBUCKET_BRANCH: 'feature' },
    more: [{ BITBUCKET_TAG: 'main' }],
  },
  CodeBuild: {
    push: {
      ...{ CODEBUILD_BUILD_ID: 'x', CODEBUILD_WEBHOOK_EVENT: 'PUSH' },
      CODEBUILD_WEBHOOK_TRIGGER: 'branch/main',
    },
    pulls: [{ CODEBUILD_WEBHOOK_EVENT: 'PULL_REQUEST_UPDATED', CODEBUILD_WEBHOOK_TRIGGER: 'pr/7' }],
    feature: { CODEBUILD_WEBHOOK_TRIGGER: 'branch/feature' },
    more: [
      { CODEBUILD_WEBHOOK_EVENT: '', CODEBUILD_WEBHOOK_TRIGGER: '', CODEBUILD_SOURCE_VERSION: 'pr/12' },
      { CODEBUILD_WEBHOOK_TRIGGER: 'tag/main' },
    ],
  },
  'Cirrus CI': {
    push: { CIRRUS_CI: 'true', CIRRUS_BRANCH: 'develop', CIRRUS_DEFAULT_BRANCH: 'develop' },
    pulls: [{ CIRRUS_PR: '7' }],
    feature: { CIRRUS_BRANCH: 'pull/7' },
  },
  Semaphore: {
    push: { SEMAPHORE: 'true', SEMAPHORE_GIT_REF_TYPE: 'branch', SEMAPHORE_GIT_BRANCH: 'main' },
    pulls: [{ SEMAPHORE_GIT_PR_NUMBER: '7' }, { SEMAPHORE_GIT_REF_TYPE: 'pull-request' }],
    feature: { SEMAPHORE_GIT_BRANCH: 'feature' },
    more: [{ SEMAPHORE_GIT_REF_TYPE: 'tag' }],
  },
  Drone: {
    push: { DRONE: 'true', DRONE_BUILD_EVENT: 'push', DRONE_BRANCH: 'dev', DRONE_REPO_BRANCH: 'dev' },
    pulls: [{ DRONE_BUILD_EVENT: 'pull_request' }, { DRONE_PULL_REQUEST: '7' }],
    feature: { DRONE_BRANCH: 'feature' },
    more: [{ DRONE_BUILD_EVENT: 'tag' }, { DRONE_BUILD_EVENT: 'custom' }],
  },
  Woodpecker: {
    push: { CI: 'woodpecker', CI_PIPELINE_EVENT: 'push', CI_COMMIT_BRANCH: 'main' },
    pulls: [{ CI_PIPELINE_EVENT: 'pull_request' }, { CI_PIPELINE_EVENT: 'pull_request_closed' }],
    feature: { CI_COMMIT_BRANCH: 'feature' },
    more: [{ CI_PIPELINE_EVENT: 'manual' }],
  },
  AppVeyor: {
    push: { APPVEYOR: 'True', APPVEYOR_REPO_BRANCH: 'main', APPVEYOR_REPO_TAG: 'false' },
    pulls: [{ APPVEYOR_PULL_REQUEST_NUMBER: '7' }],
    feature: { APPVEYOR_REPO_BRANCH: 'feature' },
    more: [{ APPVEYOR_REPO_TAG: 'true' }],
  },
};

for (const [name, { push, pulls, feature, more = [] }] of Object.entries(OTHERS))
  test(`${name}: its default branch alone, and no pull request`, () => {
    const env = { CI: 'true', ...push };
    assert.is(decide(env), `yes: ${name} builds a trusted branch`);
    for (const pull of pulls)
      assert.is(decide({ ...env, ...pull }), 'no: it builds a pull request', JSON.stringify(pull));
    assert.match(decide({ ...env, ...feature }), /^no: \S+ is not the default branch$/);
    for (const other of more) assert.match(decide({ ...env, ...other }), /^no: /, JSON.stringify(other));
    // What says nothing but its name.
    const [marker] = Object.entries(push)[0] ?? [];
    assert.match(decide({ CI: 'true', [marker ?? '']: push[marker ?? ''] as string }), /^no: nothing says /);
  });

test('a CI that nobody knows writes nothing, and is told how to', () => {
  const unknown =
    'no: nothing says that it builds a trusted branch; set PTASK_REMOTE_WRITE=true where it does';
  const others: Record<string, string>[] = [
    ...[{ CI: '1' }, { CI: 'true' }, { TEAMCITY_VERSION: '2024.1' }],
    // A preview of Vercel, Cloudflare Pages, Bitrise, Prow, Codefresh, Buddy.
    ...[{ CI: '1', VERCEL: '1', VERCEL_ENV: 'preview', VERCEL_GIT_PULL_REQUEST_ID: '7' }],
    ...[
      { CI: 'true', CF_PAGES: '1', CF_PAGES_BRANCH: 'main' },
      { CI: 'true', BITRISE_PULL_REQUEST: '7' },
    ],
    ...[
      { CI: 'true', PULL_NUMBER: '7' },
      { CI: 'true', CF_PULL_REQUEST_NUMBER: '7' },
    ],
  ] as Record<string, string>[];
  for (const env of others) assert.is(decide(env), unknown, JSON.stringify(env));
});
