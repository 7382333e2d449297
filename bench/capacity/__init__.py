"""What a server can take: workers, queues, a load balancer, and the crowd that asks it."""
