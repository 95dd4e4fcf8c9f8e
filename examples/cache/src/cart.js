// What somebody is about to buy.
export const total = (prices) => prices.reduce((sum, price) => sum + price, 0);
