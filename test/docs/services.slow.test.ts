import { testDocument } from './document.ts';

testDocument('docs/services.md');
