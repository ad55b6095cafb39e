SELECT
  SUM(orders.amount) AS revenue
FROM orders AS orders
LIMIT 1000
