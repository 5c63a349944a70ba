"""What follows a project beside its money: inspections, risks, lessons, measures, objections, orders."""
