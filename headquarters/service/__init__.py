"""Service desk: work orders from the kiosks, routed to queues, taken, done; questions that found no answer."""
