SELECT
  orders.status AS status,
  PERCENTILE(orders.amount, 0.5) AS middle
FROM orders AS orders
GROUP BY
  orders.status
LIMIT 1000
