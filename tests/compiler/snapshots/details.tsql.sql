SELECT
TOP 1000
  SUM(staged.argument_1) AS with_a
FROM (
  SELECT
    CASE
      WHEN EXISTS(
        SELECT
          1
        FROM items AS items
        WHERE
          items.order_id = orders.id AND items.sku = 'a'
      )
      THEN orders.amount
    END AS argument_1
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
) AS staged
