SELECT
  orders.status AS status,
  PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY
    CAST(orders.amount AS DOUBLE)) AS middle
FROM orders AS orders
GROUP BY
  orders.status
LIMIT 1000
