"""What changes data: links, voices that come by the portal, tries, what a customer does with a case."""
