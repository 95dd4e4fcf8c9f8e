import { testDocument } from './document.ts';

testDocument('docs/api.md');
