import { makeEmptyProject, testDocument } from './document.ts';

testDocument('docs/tutorial.md', makeEmptyProject);
