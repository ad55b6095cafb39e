SELECT
  SUM(
    CASE
      WHEN EXISTS(
        SELECT
          1
        FROM items AS items
        WHERE
          items.order_id = orders.id AND items.sku = 'a'
      )
      THEN orders.amount
    END
  ) AS with_a
FROM orders AS orders
WHERE
  EXISTS(
    SELECT
      1
    FROM items AS items_2
    WHERE
      items_2.order_id = orders.id AND items_2.quantity > 1
  )
  OR orders.status = 'vip'
LIMIT 1000
