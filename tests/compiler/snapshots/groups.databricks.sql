SELECT
  orders.status AS status,
  SUM(CASE WHEN orders.status = 'paid' THEN orders.amount END) AS paid
FROM orders AS orders
WHERE
  orders.amount > 10 OR orders.status = 'vip'
GROUP BY
  orders.status
HAVING
  (
    CAST((
      SUM(orders.amount) - SUM(orders.`cost`)
    ) AS DOUBLE) / NULLIF(COUNT(*), 0)
  ) > 1
LIMIT 1000
