import { testDocument } from './document.ts';

testDocument('docs/faq.md');
