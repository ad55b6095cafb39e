WITH orders_facts AS (
  SELECT
    customers.region AS region,
    SUM(orders.amount) AS revenue
  FROM orders AS orders
  LEFT JOIN customers AS customers
    ON orders.customer_id = customers.id
  GROUP BY
    customers.region
), tickets_facts AS (
  SELECT
    customers.region AS region,
    COUNT(*) AS tickets
  FROM tickets AS tickets
  LEFT JOIN customers AS customers
    ON customers.id = tickets.customer_id
  GROUP BY
    customers.region
), customers_members AS (
  SELECT
    customers.region AS region
  FROM customers AS customers
  GROUP BY
    customers.region
), combined AS (
  SELECT
    orders_facts.region,
    orders_facts.revenue,
    NULL AS tickets
  FROM orders_facts
  UNION ALL
  SELECT
    tickets_facts.region,
    NULL AS revenue,
    tickets_facts.tickets
  FROM tickets_facts
)
SELECT
  combined_2.region AS region,
  MAX(combined_2.revenue) AS revenue,
  COALESCE(MAX(combined_2.tickets), 0) AS tickets
FROM (
  SELECT
    combined.region,
    combined.revenue,
    combined.tickets
  FROM combined
  UNION ALL
  SELECT
    customers_members.region,
    NULL AS revenue,
    NULL AS tickets
  FROM customers_members
) AS combined_2
GROUP BY
  combined_2.region
ORDER BY
  MAX(combined_2.revenue) DESC,
  combined_2.region ASC
LIMIT 10
