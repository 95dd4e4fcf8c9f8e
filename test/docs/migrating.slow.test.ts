import { testDocument } from './document.ts';

testDocument('docs/migrating.md');
