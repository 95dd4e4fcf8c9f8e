import { total } from './cart.js';

export const greeting = 'Hello';
export const checkOut = (items) => `${items.length} items, ${total(items)} cents`;
