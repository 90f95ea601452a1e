"""What came of a store's orders: parcels, returned goods, and the visits around the sales. Money is in money/."""
