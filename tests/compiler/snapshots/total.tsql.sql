SELECT
TOP 1000
  SUM(orders.amount) AS revenue
FROM orders AS orders
