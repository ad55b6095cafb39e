SELECT
  SUM(CASE WHEN NOT marked.key_1 IS NULL THEN orders.amount END) AS with_a
FROM orders AS orders
LEFT JOIN (
  SELECT DISTINCT
    orders.id AS key_1
  FROM orders AS orders
  INNER JOIN items AS items
    ON items.order_id = orders.id
  WHERE
    items.sku = 'a'
) AS marked
  ON orders.id = marked.key_1
LEFT JOIN (
  SELECT DISTINCT
    orders.id AS key_1
  FROM orders AS orders
  INNER JOIN items AS items
    ON items.order_id = orders.id
  WHERE
    items.quantity > 1
) AS marked_2
  ON orders.id = marked_2.key_1
WHERE
  NOT marked_2.key_1 IS NULL OR orders.status = 'vip'
LIMIT 1000
