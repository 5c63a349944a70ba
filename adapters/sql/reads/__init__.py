"""What people look at: queues, lists, notices. Queries over connections that `Database.read` lends."""
